#include "models/autoencoder.h"

#include "architecture/component.h"
#include "models/autoencoder_kl.h"
#include "models/autoencoder_tiny.h"
#include "models/layers.h"

namespace quell {

using torch::Tensor;

Autoencoder::Autoencoder(AutoencoderConfig config, LoadOptions options, std::shared_ptr<AutoencoderNet> net)
    : config_(std::move(config)), options_(options), net_(std::move(net))
{
}

Result<Autoencoder> Autoencoder::open(const fs::path &model, LoadOptions options)
try {
    QUELL_ASSIGN(const auto component, describe_component(model, "vae"));
    QUELL_ASSIGN(auto config, parse_autoencoder_config(component.config, component.config_place));
    QUELL_ASSIGN(auto tensors, read_state_dict(component.weights));
    const Weights weights(std::move(tensors), options, component.place, true);
    auto net = config.kind == AutoencoderKind::Tiny ? make_autoencoder_tiny(weights, config) : make_autoencoder_kl(weights, config);
    QUELL_TRY(weights.finish());
    freeze(*net);
    return Autoencoder(std::move(config), options, std::move(net));
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), model.string());
}

Tensor Autoencoder::input(const Tensor &x) const
{
    return x.to(options_.device, options_.dtype).contiguous(torch::MemoryFormat::ChannelsLast);
}

Posterior Autoencoder::encode(const Tensor &pixels) const
{
    const auto [mean, logvar] = net_->encode(input(pixels));
    return {mean.to(torch::kFloat32).contiguous(), logvar.to(torch::kFloat32).clamp(-30, 20).contiguous()};
}

Tensor Autoencoder::decode(const Tensor &latents) const
{
    return net_->decode(input(latents)).to(torch::kFloat32);
}

} // namespace quell
