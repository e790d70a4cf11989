// The same as main.c from C++: a class that owns the arena.
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "images.h"
#include "model.h"

class Classifier {
  public:
    std::optional<model_output> predict(const uint8_t *pixels) {
        std::array<float, MODEL_INPUT_LEN> input;
        for (std::size_t i = 0; i < input.size(); i++) {
            input[i] = static_cast<float>(pixels[i]) / 255.0F; // the model was trained on 0..1
        }
        model_output out;
        if (model_predict(arena.data(), arena.size(), input.data(), &out) != PFP_OK) {
            return std::nullopt;
        }
        return out;
    }

  private:
    alignas(MODEL_ARENA_ALIGN) std::array<std::uint8_t, MODEL_ARENA_BYTES> arena;
};

static bool classify(Classifier &classifier, const char *name, const uint8_t *pixels) {
    const auto out = classifier.predict(pixels);
    if (out) {
        std::printf("%-8s looks like %s (p = %.2f), aleatoric %.2f, epistemic %.2f nats\n", name,
                    model_labels[out->label], static_cast<double>(out->probability[out->label]),
                    static_cast<double>(out->aleatoric), static_cast<double>(out->epistemic));
    }
    return out.has_value();
}

int main() {
    static Classifier classifier;
    const bool digit = classify(classifier, "digit", image_digit);
    const bool garment = classify(classifier, "garment", image_garment);
    return digit && garment ? 0 : 1;
}
