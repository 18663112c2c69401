// Any text as each of the JSON files of a model folder.
#include "formats/configs.h"
#include "formats/structure.h"

using namespace quell;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    (void)parse_sorted_json(text, "file");
    const auto json = parse_json(text, "file");
    if (!json)
        return 0;
    (void)parse_unet_config(*json, "file");
    (void)parse_autoencoder_config(*json, "file");
    (void)parse_clip_text_config(*json, "file");
    (void)parse_clip_config(*json, "file");
    (void)parse_image_processor_config(*json, "file");
    (void)parse_scheduler_config(*json, "file");
    if (const auto record = parse_structure_record(*json, "file"))
        (void)to_json(*record).dump();
    return 0;
}
