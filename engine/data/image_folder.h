// A folder of pictures with captions, in the layout of Hugging Face's imagefolder.
//
// A caption comes from, in this order: the picture's sidecar (`owl.txt` beside `owl.png`), the line about it in a metadata.jsonl, the row about
// it in a metadata.csv (RFC 4180, with a header row); COCO's captions*.json (coco.h) count as metadata too, and may name pictures of another folder. Metadata files name pictures by `file_name`, relative to themselves, may lie in any
// subfolder, and give the caption as `text`, or else `caption`. Where metadata.jsonl exists, the metadata.csv beside it is not read; where two
// metadata files name one picture, the one nearer to it counts.
#pragma once

#include "core/files.h"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace quell {

struct ImageEntry {
    fs::path file;                             // relative to the folder
    std::string caption;                       // white space collapsed, never empty
    std::map<std::string, std::string> fields; // the other fields of the metadata ("object", "style", …); what is no text as JSON
    std::int64_t width = 0, height = 0;        // upright
};

enum class Exclusion { NoCaption, Unreadable, UnknownType, Missing, OutsideFolder };

const char *name_of(Exclusion reason); // "no caption", "unreadable", …

struct ExcludedFile {
    std::string file; // relative to the folder, as listed
    Exclusion reason = Exclusion::NoCaption;
    std::string detail;
};

struct ImageFolder {
    fs::path root;
    std::vector<ImageEntry> entries;    // sorted by file name
    std::vector<ExcludedFile> excluded; // likewise

    fs::path path(const ImageEntry &entry) const { return root / entry.file; }
    std::vector<std::string> captions() const;
};

// Reads the folder and its subfolders; hidden files are passed over, links to folders not followed. Of each picture only the header is
// looked at. A listed path that leaves the folder is never opened. Errors: NotFound; Malformed metadata, by file and line; Io.
Result<ImageFolder> open_image_folder(const fs::path &folder);

// Decodes every picture and moves what cannot be decoded to `excluded`: damage shows before a training run, not in it. `cancelled` is asked
// before each picture. Errors: Cancelled, and the folder stays as it was.
Status exclude_unreadable(ImageFolder &folder, const std::function<bool()> &cancelled = {});

} // namespace quell
