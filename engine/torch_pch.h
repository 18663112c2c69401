// The one precompiled header: <torch/torch.h> alone costs some ten seconds a file.
#pragma once
#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>
