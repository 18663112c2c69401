#include "data/image_folder.h"

#include "data/coco.h"
#include "data/csv.h"
#include "data/image.h"
#include "formats/json.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <set>

namespace quell {

namespace {

using Fields = std::map<std::string, std::string>;
using Listing = std::map<std::string, Fields>; // by path relative to the root

struct Files {
    std::vector<fs::path> metadata; // outer folders first
    std::set<fs::path> captions;    // *.txt
    std::set<fs::path> others;
};

bool is_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        UChar32 c;
        U8_NEXT(text.data(), at, text.size(), c);
        if (c < 0)
            return false;
    }
    return true;
}

std::string collapsed(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    std::string out;
    bool space = false;
    for (const char c : text) {
        if (std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos) {
            space = !out.empty();
            continue;
        }
        if (space)
            out += ' ';
        space = false;
        out += c;
    }
    return out;
}

Result<Files> list_files(const fs::path &root)
{
    std::error_code error;
    fs::recursive_directory_iterator at(root, error), end;
    Files files;
    for (; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().string();
        std::error_code ignored;
        if (name.starts_with(".")) {
            if (at->is_directory(ignored))
                at.disable_recursion_pending();
            continue;
        }
        if (!at->is_regular_file(ignored))
            continue;
        const auto file = at->path().lexically_relative(root);
        if (name == "metadata.jsonl" || name == "metadata.csv" || (name.starts_with("captions") && name.ends_with(".json")))
            files.metadata.push_back(file);
        else
            (file.extension() == ".txt" ? files.captions : files.others).insert(file);
    }
    if (error)
        return fail(ErrorCode::Io, "cannot be listed: " + error.message(), root.string());
    const auto depth = [](const fs::path &file) { return std::distance(file.begin(), file.end()); };
    std::sort(files.metadata.begin(), files.metadata.end(),
              [&](const auto &a, const auto &b) { return std::pair(depth(a), a) < std::pair(depth(b), b); });
    std::erase_if(files.metadata, [&](const fs::path &file) {
        return file.extension() == ".csv" && fs::exists(root / file.parent_path() / "metadata.jsonl", error);
    });
    return files;
}

bool leaves(const fs::path &relative)
{
    return relative.is_absolute() || relative.empty() || *relative.begin() == "..";
}

// Records a picture's fields under its path, or why it must not be opened.
void list_picture(const fs::path &metadata, Fields fields, Listing &listing, ImageFolder &folder)
{
    const auto name = fields.extract("file_name").mapped();
    // An absolute name swallows the folder before it, and is then found to be absolute.
    const auto file = (metadata.parent_path() / name).lexically_normal();
    if (leaves(file))
        folder.excluded.push_back({name, Exclusion::OutsideFolder, "listed in " + metadata.generic_string()});
    else
        listing[file.generic_string()] = std::move(fields);
}

Status read_jsonl(const fs::path &metadata, Listing &listing, ImageFolder &folder)
{
    QUELL_ASSIGN(const auto text, read_text(folder.root / metadata, std::size_t{1} << 30));
    std::size_t number = 0;
    for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
        end = std::min(text.find('\n', begin), text.size());
        const auto place = (folder.root / metadata).string() + ":" + std::to_string(++number);
        const auto line = std::string_view(text).substr(begin, end - begin);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        QUELL_ASSIGN(const auto json, parse_json(line, place));
        if (!json.is_object() || !json.contains("file_name") || !json["file_name"].is_string())
            return fail(ErrorCode::Malformed, "a line must be an object with the text \"file_name\"", place);
        Fields fields;
        for (const auto &[key, value] : json.items())
            if (!value.is_null())
                fields[key] = value.is_string() ? value.get<std::string>() : value.dump();
        list_picture(metadata, std::move(fields), listing, folder);
    }
    return {};
}

Status read_csv(const fs::path &metadata, Listing &listing, ImageFolder &folder)
{
    const auto place = (folder.root / metadata).string();
    QUELL_ASSIGN(const auto text, read_text(folder.root / metadata, std::size_t{1} << 30));
    if (!is_utf8(text))
        return fail(ErrorCode::Malformed, "is not UTF-8; save it as UTF-8", place);
    QUELL_ASSIGN(const auto rows, parse_csv(text, place));
    if (rows.empty() || std::find(rows[0].fields.begin(), rows[0].fields.end(), "file_name") == rows[0].fields.end())
        return fail(ErrorCode::Malformed, "the first row must name the columns, \"file_name\" among them", place);
    const auto &columns = rows[0].fields;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto &row = rows[i].fields;
        if (row.size() != columns.size())
            return fail(ErrorCode::Malformed,
                        "has " + std::to_string(row.size()) + " fields, the first row " + std::to_string(columns.size()) +
                            "; quote fields that hold commas",
                        place + ":" + std::to_string(rows[i].line));
        Fields fields;
        for (std::size_t c = 0; c < columns.size(); ++c)
            fields[columns[c]] = row[c];
        list_picture(metadata, std::move(fields), listing, folder);
    }
    return {};
}

// COCO keeps pictures in another folder than their captions: what is not beside them is the one picture of that name, wherever it lies.
Status read_coco(const fs::path &metadata, const std::set<fs::path> &pictures, Listing &listing, ImageFolder &folder)
{
    QUELL_ASSIGN(const auto captions, read_coco_captions(folder.root / metadata));
    std::map<std::string, std::vector<fs::path>> by_name;
    for (const auto &picture : pictures)
        by_name[picture.filename().string()].push_back(picture);
    for (const auto &[name, caption] : captions) {
        const auto beside = (metadata.parent_path() / name).lexically_normal();
        const auto same = by_name.find(fs::path(name).filename().string());
        if (!pictures.contains(beside) && same != by_name.end() && same->second.size() == 1)
            listing[same->second.front().generic_string()] = {{"caption", caption}};
        else
            list_picture(metadata, {{"file_name", name}, {"caption", caption}}, listing, folder);
    }
    return {};
}

Status read_metadata(const fs::path &metadata, const std::set<fs::path> &pictures, Listing &listing, ImageFolder &folder)
{
    if (metadata.extension() == ".json")
        return read_coco(metadata, pictures, listing, folder);
    return metadata.extension() == ".csv" ? read_csv(metadata, listing, folder) : read_jsonl(metadata, listing, folder);
}

// Takes the caption out of the fields of the metadata; the sidecar's counts before it.
Result<std::string> take_caption(const fs::path &sidecar, bool has_sidecar, Fields &fields)
{
    std::string caption;
    for (const char *key : {"caption", "text"}) // the last one found counts
        if (const auto field = fields.find(key); field != fields.end()) {
            caption = field->second;
            fields.erase(field);
        }
    if (has_sidecar) {
        QUELL_ASSIGN(caption, read_text(sidecar, std::size_t{1} << 20));
    }
    if (!is_utf8(caption))
        return fail(ErrorCode::Malformed, "the caption is not UTF-8");
    caption = collapsed(caption);
    if (caption.empty())
        return fail(ErrorCode::NotFound, has_sidecar ? "the caption's file is empty" : "neither a .txt beside it nor metadata names it");
    return caption;
}

void add_picture(const fs::path &file, Files &files, Listing &listing, ImageFolder &folder)
{
    const auto exclude = [&](Exclusion reason, std::string detail) {
        folder.excluded.push_back({file.generic_string(), reason, std::move(detail)});
    };
    auto fields = listing.extract(file.generic_string());
    const auto sidecar = fs::path(file).replace_extension(".txt");
    ImageEntry entry{file, {}, fields ? std::move(fields.mapped()) : Fields{}, 0, 0};
    const auto bytes = read_image_bytes(folder.root / file);
    if (!bytes)
        return exclude(Exclusion::Unreadable, bytes.error().message);
    const auto header = read_image_header(*bytes, {});
    if (!header)
        return exclude(header.error().code == ErrorCode::Malformed ? Exclusion::Unreadable : Exclusion::UnknownType, header.error().message);
    auto caption = take_caption(folder.root / sidecar, files.captions.contains(sidecar), entry.fields);
    if (!caption)
        return exclude(Exclusion::NoCaption, caption.error().message);
    entry.caption = std::move(*caption);
    entry.width = header->width, entry.height = header->height;
    if (header->orientation > 4) // lies on its side
        std::swap(entry.width, entry.height);
    folder.entries.push_back(std::move(entry));
}

void report_lone_captions(const Files &files, ImageFolder &folder)
{
    std::set<fs::path> stems;
    for (auto file : files.others)
        stems.insert(file.replace_extension());
    for (const auto &caption : files.captions)
        if (!stems.contains(fs::path(caption).replace_extension()))
            folder.excluded.push_back({caption.generic_string(), Exclusion::Missing, "a caption without its picture"});
}

} // namespace

const char *name_of(Exclusion reason)
{
    switch (reason) {
    case Exclusion::NoCaption: return "no caption";
    case Exclusion::Unreadable: return "unreadable";
    case Exclusion::UnknownType: return "unknown type";
    case Exclusion::Missing: return "missing";
    case Exclusion::OutsideFolder: return "outside the folder";
    }
    return "unreadable";
}

std::vector<std::string> ImageFolder::captions() const
{
    std::vector<std::string> captions;
    for (const auto &entry : entries)
        captions.push_back(entry.caption);
    return captions;
}

Result<ImageFolder> open_image_folder(const fs::path &root)
{
    std::error_code error;
    if (!fs::is_directory(root, error))
        return fail(ErrorCode::NotFound, "is not a folder", root.string());
    ImageFolder folder{root, {}, {}};
    QUELL_ASSIGN(auto files, list_files(root));
    Listing listing;
    for (const auto &metadata : files.metadata)
        QUELL_TRY(read_metadata(metadata, files.others, listing, folder));
    for (const auto &file : files.others)
        add_picture(file, files, listing, folder);
    for (const auto &[file, fields] : listing) // those that found a picture are gone from it
        folder.excluded.push_back({file, Exclusion::Missing, "listed, but there is no such file"});
    report_lone_captions(files, folder);
    std::sort(folder.entries.begin(), folder.entries.end(),
              [](const auto &a, const auto &b) { return a.file.generic_string() < b.file.generic_string(); });
    std::sort(folder.excluded.begin(), folder.excluded.end(), [](const auto &a, const auto &b) { return a.file < b.file; });
    return folder;
}

Status exclude_unreadable(ImageFolder &folder, const std::function<bool()> &cancelled)
{
    ImageFolder checked{folder.root, {}, folder.excluded};
    for (const auto &entry : folder.entries) {
        if (cancelled && cancelled())
            return fail(ErrorCode::Cancelled, "stopped while reading pictures", folder.root.string());
        if (const auto image = read_image(folder.path(entry)); image)
            checked.entries.push_back(entry);
        else
            checked.excluded.push_back({entry.file.generic_string(), Exclusion::Unreadable, image.error().message});
    }
    folder = std::move(checked);
    std::sort(folder.excluded.begin(), folder.excluded.end(), [](const auto &a, const auto &b) { return a.file < b.file; });
    return {};
}

} // namespace quell
