#include "architecture/scope.h"

namespace quell {
namespace {

bool contains(const std::string &name, const char *part)
{
    return name.find(part) != std::string::npos;
}

} // namespace

bool in_scope(Scope scope, const std::string &name)
{
    switch (scope) {
    case Scope::Full: return true;
    case Scope::CrossAttention: return contains(name, ".attn2.");
    case Scope::CrossAttentionKv: return contains(name, ".attn2.to_k.") || contains(name, ".attn2.to_v.");
    case Scope::NotCrossAttention: return !contains(name, ".attn2.");
    case Scope::Lora: return name.ends_with(".lora_A.weight") || name.ends_with(".lora_B.weight");
    }
    return false;
}

Shapes trained_shapes(const Shapes &unet, Scope scope, std::int64_t rank)
{
    Shapes shapes;
    for (const auto &[name, shape] : unet) {
        if (in_scope(scope, name))
            shapes[name] = shape;
        if (scope == Scope::Lora && contains(name, ".attn") && shape.size() == 2) {
            const auto module = name.substr(0, name.rfind('.'));
            shapes[module + ".lora_A.weight"] = {rank, shape[1]};
            shapes[module + ".lora_B.weight"] = {shape[0], rank};
        }
    }
    return shapes;
}

} // namespace quell
