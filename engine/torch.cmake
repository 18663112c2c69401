# LibTorch from the PyPI wheel. find_package(Torch) is a trap with this wheel (CONTRIBUTING.md, "LibTorch"), so the targets are our own.
if(NOT QUELL_TORCH_ROOT)
  file(GLOB torch_candidates ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  list(APPEND torch_candidates "")
  list(GET torch_candidates 0 QUELL_TORCH_ROOT)
endif()
if(NOT EXISTS ${QUELL_TORCH_ROOT}/lib/libtorch_cpu.so)
  message(FATAL_ERROR "No LibTorch in '${QUELL_TORCH_ROOT}'. Run packaging/run, or set QUELL_TORCH_ROOT to a torch folder.")
endif()

file(GLOB torch_runtime_folders ${QUELL_TORCH_ROOT}/../nvidia/*/lib)
add_library(quell_torch INTERFACE)
target_include_directories(quell_torch SYSTEM INTERFACE
  ${QUELL_TORCH_ROOT}/include ${QUELL_TORCH_ROOT}/include/torch/csrc/api/include)
# The wheel brings headers of its own fmt and no library of it.
target_compile_definitions(quell_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1 FMT_HEADER_ONLY=1)
target_link_libraries(quell_torch INTERFACE ${QUELL_TORCH_ROOT}/lib/libtorch_cpu.so ${QUELL_TORCH_ROOT}/lib/libc10.so)
target_link_options(quell_torch INTERFACE -Wl,--allow-shlib-undefined)
foreach(folder ${QUELL_TORCH_ROOT}/lib ${torch_runtime_folders})
  target_link_options(quell_torch INTERFACE -Wl,-rpath,${folder})
endforeach()

if(QUELL_CUDA)
  find_package(CUDAToolkit REQUIRED)
  target_link_libraries(quell_torch INTERFACE CUDA::cudart)
  # Nothing names a symbol of these two: they register the CUDA backend when loaded.
  target_link_options(quell_torch INTERFACE -Wl,--no-as-needed
    ${QUELL_TORCH_ROOT}/lib/libtorch_cuda.so ${QUELL_TORCH_ROOT}/lib/libc10_cuda.so -Wl,--as-needed)
endif()
