#!/usr/bin/env python3
"""What the studio costs while a run is at work: usage: bench_studio.py [--steps 20000] [--rate 200]

Starts the real window under Xvfb on a starter project whose engine plays a script (`quell-engine serve --script`, at nice 10) of that many
steps at that rate, with samples every 1000 steps, and prints: time from start to window, CPU time of events on the GUI thread, and memory.
"""
import argparse, json, os, pathlib, signal, subprocess, sys, tempfile, time

root = pathlib.Path(__file__).resolve().parents[2]
bin_folder = pathlib.Path(os.environ.get("QUELL_BIN", root / "build/release/bin"))


def script_lines(steps, rate, samples):
    yield {"await": "start"}
    yield {"event": {"type": "started", "version": "bench", "step": 0, "steps": steps, "name": "bench"}}
    yield {"event": {"type": "model", "device": "cpu", "precision": "fp32", "threads": 2, "taps": [], "size": 128}}
    yield {"state": "running", "steps": steps}
    turn = max(1, rate // 10)  # ten pauses a second
    for begin in range(0, steps, turn):
        for step in range(begin + 1, begin + turn + 1):
            level = {"loss": 0.4 + 0.2 / (1 + step / 500) + 0.05 * ((step * 7919) % 100 / 100), "lr": 2e-4, "gradient_norm": 1.0}
            line = {"step": step, "seconds": 1 / rate, "lower": {**level, "diffusion": 0.2, "output": 0.1, "feature": 0.1}}
            if step % 10 == 0:
                line["upper"] = {**level, "anchor": 0.3}
                line["gradient_cosine"] = 0.1
            yield {"metrics": line}
            if step % 1000 == 0:
                yield {"event": {"type": "samples", "step": step, "model": "student", "folder": samples}}
                yield {"event": {"type": "checkpoint", "step": step}}
        yield {"wait": int(1000 * turn / rate)}
    yield {"event": {"type": "complete", "step": steps, "training_seconds": 1, "sampling_seconds": 0}}


def start_screen():
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    os.environ["DISPLAY"] = ":" + os.read(read, 16).decode().strip()
    manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
    return [screen, manager]


def memory_of(pid):
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return {name: int(fields[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM")}


def find_window():
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", " – Quell$"], capture_output=True, text=True).stdout.split()
    return found[0] if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--rate", type=int, default=200, help="steps a second")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quell-bench-") as name:
        folder = pathlib.Path(name)
        script, wrapper = folder / "script", folder / "engine"
        script.write_text("".join(json.dumps(line) + "\n" for line in script_lines(arguments.steps, arguments.rate, "samples/step-000000/student")))
        wrapper.write_text(f'#!/bin/sh\n[ "$1" = serve ] && exec nice -n 10 {bin_folder}/quell-engine "$@" --script {script}\nexec {bin_folder}/quell-engine "$@"\n')
        wrapper.chmod(0o755)
        helpers = start_screen()
        environment = {**os.environ, "HOME": name, "XDG_CONFIG_HOME": f"{name}/config", "XDG_DATA_HOME": f"{name}/data", "XDG_CACHE_HOME": f"{name}/cache",
                       "XDG_RUNTIME_DIR": name, "QUELL_ENGINE": str(wrapper), "QUELL_INSPECT": f"{bin_folder}/quell-inspect", "QUELL_EVENT_TIMES": f"{name}/times.json"}
        began = time.monotonic()
        studio = subprocess.Popen([bin_folder / "quell", "--page", "run"], env=environment, stderr=subprocess.PIPE, text=True)
        try:
            while not find_window():
                time.sleep(0.02)
            shown = time.monotonic() - began
            time.sleep(3)
            before = memory_of(studio.pid)
            subprocess.run(["xdotool", "windowactivate", "--sync", find_window(), "key", "ctrl+r"], check=True)
            runs = folder / "Documents/Quell/Starter/runs"
            until = time.monotonic() + arguments.steps / arguments.rate + 120
            while not any('"complete"' in log.read_text() for log in runs.glob("*/events.ndjson")):
                if time.monotonic() > until:
                    sys.exit("the scripted run did not end")
                time.sleep(1)
            time.sleep(3)
            after = memory_of(studio.pid)
        finally:
            studio.send_signal(signal.SIGTERM)
            said = studio.communicate(timeout=30)[1]
            for helper in reversed(helpers):
                helper.terminate()
        times = json.loads((folder / "times.json").read_text())
        print(said.strip())
        print(f"window found by another program after {shown:.2f} s")
        print(f"events of the GUI thread, CPU ms: {times}")
        print(f"memory, MB: before the run {before}, after {arguments.steps} steps {after}")


main()
