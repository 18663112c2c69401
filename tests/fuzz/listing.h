// Whatever a reader of weights accepts must lie within the file, under names that are sorted and different.
#pragma once

#include "formats/tensor_file.h"
#include "require.h"

inline void check_listing(const quell::Result<quell::TensorListing> &listing, std::uint64_t file_size)
{
    if (!listing) {
        require(!listing.error().message.empty());
        return;
    }
    const std::string *before = nullptr;
    for (const auto &tensor : listing->tensors) {
        require(!before || *before < tensor.name);
        before = &tensor.name;
        std::uint64_t last = 0;
        for (std::size_t d = 0; d < tensor.strides.size(); ++d)
            last += std::uint64_t(tensor.shape[d] - 1) * std::uint64_t(tensor.strides[d]);
        require(tensor.begin <= file_size);
        require((tensor.strides.empty() ? tensor.bytes() : (last + 1) * size_of(tensor.dtype)) <= file_size - tensor.begin);
    }
}
