#include "data/latent_cache.h"

#include "core/random.h"
#include "core/sha256.h"

namespace quell {

namespace {

// Part of every key: raise it when what is written changes.
constexpr const char *format = "latents 1";

struct Pending {
    std::size_t entry;
    fs::path file;        // in the cache
    torch::Tensor images; // uint8 [variants, size, size, 3]
};

class LatentReader {
public:
    LatentReader(const ImageFolder &folder, const LatentEncoder &encode, const LatentOptions &options, const CacheHooks &hooks)
        : folder_(folder), encode_(encode), options_(options), hooks_(hooks)
    {
    }

    Result<Latents> read()
    {
        QUELL_TRY(make_writable_folder(options_.cache));
        for (std::size_t i = 0; i < folder_.entries.size(); ++i) {
            QUELL_TRY(read_entry(i));
            if (pending_.size() == static_cast<std::size_t>(options_.batch))
                QUELL_TRY(encode_pending());
        }
        QUELL_TRY(encode_pending());
        return latents_;
    }

private:
    // From the cache, or else decoded and put off until a batch is full.
    Status read_entry(std::size_t entry)
    {
        const auto path = folder_.path(folder_.entries[entry]);
        QUELL_ASSIGN(const auto bytes, read_image_bytes(path));
        const auto content = sha256_of(bytes);
        const auto file = options_.cache / (key(content) + ".safetensors");
        if (const auto cached = read_state_dict(file); cached && cached->contains("mean") && cached->contains("logvar"))
            return store(entry, cached->at("mean"), cached->at("logvar"), file);
        QUELL_ASSIGN(const auto decoded, decode_image(bytes, path.string()));
        auto image = resize_and_crop(decoded, options_.size, options_.crop, crop_seed(content)).unsqueeze(0);
        if (options_.flips)
            image = torch::cat({image, mirrored(image)});
        pending_.push_back({entry, file, image});
        return {};
    }

    Status encode_pending()
    {
        if (pending_.empty())
            return {};
        if (hooks_.cancelled && hooks_.cancelled())
            return fail(ErrorCode::Cancelled, "stopped while encoding pictures", folder_.root.string());
        std::vector<torch::Tensor> images;
        for (const auto &pending : pending_)
            images.push_back(pending.images);
        const auto posterior = encode_(to_pixels(torch::cat(images)));
        const auto variants = pending_[0].images.size(0);
        const auto grouped = [&](const torch::Tensor &latents) {
            return latents.to(torch::kCPU, torch::kFloat32).unflatten(0, {-1, variants}).contiguous();
        };
        const auto mean = grouped(posterior.mean), logvar = grouped(posterior.logvar);
        for (std::size_t i = 0; i < pending_.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            QUELL_TRY(write_state_dict(pending_[i].file, {{"mean", mean[row]}, {"logvar", logvar[row]}}));
            QUELL_TRY(store(pending_[i].entry, mean[row], logvar[row], pending_[i].file));
        }
        pending_.clear();
        return {};
    }

    // Copies an entry into its place; the first one tells the shape of all.
    Status store(std::size_t entry, const torch::Tensor &mean, const torch::Tensor &logvar, const fs::path &file)
    {
        if (!latents_.mean.defined()) {
            auto shape = mean.sizes().vec();
            shape.insert(shape.begin(), static_cast<std::int64_t>(folder_.entries.size()));
            latents_ = {torch::empty(shape), torch::empty(shape)};
        }
        const auto row = static_cast<std::int64_t>(entry);
        auto target = latents_.mean[row];
        if (mean.sizes() != target.sizes() || logvar.sizes() != target.sizes())
            return fail(ErrorCode::Mismatch, "holds latents of another shape than the rest; delete it", file.string());
        target.copy_(mean);
        latents_.logvar[row].copy_(logvar);
        ++done_;
        if (hooks_.progress)
            hooks_.progress(done_, folder_.entries.size());
        return {};
    }

    std::uint64_t crop_seed(const std::string &content) const { return derive_seed(options_.seed, content); }

    std::string key(const std::string &content) const
    {
        const std::string crop = options_.crop == Crop::Center ? "center" : "random " + std::to_string(options_.seed);
        return sha256_of(std::string(format) + "\n" + options_.autoencoder + "\n" + content + "\n" + std::to_string(options_.size) + "\n" + crop +
                         "\n" + (options_.flips ? "flips" : "plain"));
    }

    const ImageFolder &folder_;
    const LatentEncoder &encode_;
    const LatentOptions &options_;
    const CacheHooks &hooks_;
    std::vector<Pending> pending_;
    std::size_t done_ = 0;
    Latents latents_;
};

} // namespace

Result<Latents> encode_latents(const ImageFolder &folder, const LatentEncoder &encode, const LatentOptions &options, const CacheHooks &hooks)
{
    if (folder.entries.empty())
        return fail(ErrorCode::NotFound, "no picture with a caption", folder.root.string());
    torch::NoGradGuard no_grad;
    try {
        return LatentReader(folder, encode, options, hooks).read();
    } catch (const c10::OutOfMemoryError &) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to encode " + std::to_string(options.batch) + " pictures at once; use smaller batches",
                    folder.root.string());
    } catch (const std::exception &error) {
        return fail(ErrorCode::Internal, error.what(), folder.root.string());
    }
}

} // namespace quell
