// Closed-form edits against the methods' own formulas, solved layer by layer, and on the starter.
#include "editing/concept_states.h"
#include "models/unet.h"
#include "sampling/pipeline.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";

double apart(const Tensor &a, const Tensor &b)
{
    return ((a - b).norm() / b.norm()).item<double>();
}

} // namespace

class TestEditing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        torch::manual_seed(5);
        const auto options = torch::TensorOptions(torch::kFloat64);
        w = torch::randn({7, 12}, options);
        states = {torch::randn({3, 12}, options), torch::randn({3, 12}, options), torch::randn({4, 12}, options)};
    }

    // W' = (λW + eΣ(Wt)cᵀ + pΣ(Wp)pᵀ)(λI + eΣccᵀ + pΣppᵀ)⁻¹, written out for one layer.
    void uceIsItsFormula()
    {
        EditSpec spec;
        spec.erase = 2, spec.preserve = 3;
        Tensor left = spec.damping * w, right = spec.damping * torch::eye(12, w.options());
        for (int i = 0; i < 3; ++i) {
            left += 2 * torch::outer(w.mv(states.towards[i]), states.erase[i]);
            right += 2 * torch::outer(states.erase[i], states.erase[i]);
        }
        for (int i = 0; i < 4; ++i) {
            left += 3 * torch::outer(w.mv(states.preserve[i]), states.preserve[i]);
            right += 3 * torch::outer(states.preserve[i], states.preserve[i]);
        }
        QVERIFY(apart(w.mm(edit_matrix(spec, states, {})), left.mm(torch::inverse(right))) < 1e-10);
    }

    // With next to no damping both demands are met: there are more dimensions than states.
    void bothDemandsAreMet()
    {
        for (const auto method : {EditMethod::Uce, EditMethod::NullSpace}) {
            EditSpec spec;
            spec.method = method, spec.damping = 1e-9;
            const Tensor edited = w.mm(edit_matrix(spec, states, {}));
            QVERIFY(apart(edited.mm(states.erase.t()), w.mm(states.towards.t())) < 1e-6);
            QVERIFY(apart(edited.mm(states.preserve.t()), w.mm(states.preserve.t())) < 1e-6);
        }
    }

    // However strong the pull of what is erased, what is preserved does not move.
    void theNullSpaceIsLeftAlone()
    {
        EditSpec spec;
        spec.method = EditMethod::NullSpace, spec.erase = 1e4;
        QVERIFY(apart(w.mm(edit_matrix(spec, states, {})).mm(states.preserve.t()), w.mm(states.preserve.t())) < 1e-9);
        spec.method = EditMethod::Uce;
        QVERIFY(apart(w.mm(edit_matrix(spec, states, {})).mm(states.preserve.t()), w.mm(states.preserve.t())) > 1e-6);
    }

    // After UCE some state still gives what the concept gave; after RECE's rounds that state gives less of it.
    void receFindsWhatReturns()
    {
        EditSpec spec;
        spec.damping = .01;
        const Tensor gram = w.t().mm(w), wanted = w.mm(states.erase.t());
        const auto best = [&](const Tensor &a) { // the least residual that a state of the ridge's size leaves
            const Tensor edited = w.mm(a), x = torch::linalg_solve(edited.t().mm(edited) + .1 * gram.diagonal().mean() * torch::eye(12, w.options()), edited.t().mm(wanted));
            return (apart(edited.mm(x), wanted));
        };
        const double once = best(edit_matrix(spec, states, gram));
        spec.method = EditMethod::Rece;
        spec.rounds = 3;
        const double again = best(edit_matrix(spec, states, gram));
        QVERIFY2(again > 1.5 * once, qPrintable(QString("%1 %2").arg(once).arg(again)));
    }

    // The starter: under the concept's prompts the edited UNet predicts what the old one predicts without the concept, and elsewhere hardly moves.
    void theStarterForgetsAStyle()
    {
        const auto pipeline = Pipeline::open(starter / "model", {});
        const auto parts = read_unet(starter / "pruned"); // heads are cut: rows of to_k and to_v are missing
        QVERIFY(pipeline && parts);
        Concept neon;
        neon.name = neon.phrase = "neon style";
        neon.neighbours = {"ink style", "watercolor style"};
        const std::vector<std::string> prompts{"an owl, neon style"};
        const auto asked = edit_states(pipeline->text, {neon}, prompts, {"a rose, ink style", "a boat, line-art style"});
        QVERIFY2(asked, asked ? "" : to_string(asked.error()).c_str());
        QCOMPARE(asked->erase.sizes(), asked->towards.sizes());
        EditSpec spec;
        spec.damping = .1;
        const auto result = edited(*parts, spec, *asked);
        QVERIFY2(result, result ? "" : to_string(result.error()).c_str());
        for (const auto &[key, tensor] : parts->tensors) {
            const bool kv = key.ends_with(".attn2.to_k.weight") || key.ends_with(".attn2.to_v.weight");
            QVERIFY2(result->tensors.at(key).equal(tensor) != kv && result->tensors.at(key).scalar_type() == tensor.scalar_type(), key.c_str());
        }
        const auto before = UNet::build(parts->config, parts->structure, parts->tensors, {torch::kFloat32}, "before"), after = UNet::build(result->config, result->structure, result->tensors, {torch::kFloat32}, "after");
        QVERIFY(before && after);
        torch::NoGradGuard no_grad;
        const Tensor x = torch::randn({1, 8, 16, 16}), t = torch::tensor({700});
        const auto predicted = [&](const UNet &unet, const char *prompt) { return unet.forward(x, t, pipeline->text.encode({prompt})).sample; };
        const Tensor neutral = predicted(*before, "an owl");
        const double was = apart(predicted(*before, "an owl, neon style"), neutral), is = apart(predicted(*after, "an owl, neon style"), neutral);
        QVERIFY2(is < .4 * was, qPrintable(QString("%1 %2").arg(was).arg(is)));
        const double moved = apart(predicted(*after, "a rose, ink style"), predicted(*before, "a rose, ink style"));
        QVERIFY2(moved < .2 * was, qPrintable(QString("%1 %2").arg(was).arg(moved)));
    }

    void refusals()
    {
        UNetParts parts;
        parts.place = "model";
        QCOMPARE(edited(parts, {}, states).error().code, ErrorCode::Unsupported);
        parts.tensors["down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"] = torch::zeros({4, 5});
        QCOMPARE(edited(parts, {}, states).error().code, ErrorCode::Mismatch);
    }

private:
    Tensor w;
    EditStates states;
};

QTEST_APPLESS_MAIN(TestEditing)
#include "tst_editing.moc"
