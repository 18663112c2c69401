// How the threads of one computation wait for each other.
#pragma once

namespace quell {

// Lets OpenMP's idle threads give up their core after some ten microseconds, in every process started from here on: beside another busy
// program, threads that wait busily for each other make a step several times as long. libgomp reads this (GOMP_SPINCOUNT) as it is loaded, so
// a process that computes must start itself again. False if the user has said how threads wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT), or a
// parent has. Call before there are threads.
bool share_cores();

} // namespace quell
