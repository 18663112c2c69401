// Between nlohmann's JSON and Qt's strings.
#pragma once

#include "formats/json.h"

#include <QString>
#include <QStringList>

namespace quell {

inline QString toQString(const Json &value)
{
    return value.is_string() ? QString::fromStdString(value.get_ref<const std::string &>()) : QString();
}
inline QString textOf(const Json &object, const char *key)
{
    return object.is_object() && object.contains(key) ? toQString(object[key]) : QString();
}
inline qint64 integerOf(const Json &object, const char *key, qint64 fallback = 0)
{
    return object.is_object() && object.contains(key) && object[key].is_number() ? object[key].get<qint64>() : fallback;
}
inline double numberOf(const Json &object, const char *key, double fallback)
{
    return object.is_object() && object.contains(key) && object[key].is_number() ? object[key].get<double>() : fallback;
}
inline QStringList textsOf(const Json &array)
{
    QStringList texts;
    if (array.is_array())
        for (const auto &item : array)
            texts << toQString(item);
    return texts;
}
inline Json toJson(const QString &text) { return text.toStdString(); }
inline Json toJson(const QStringList &texts)
{
    Json array = Json::array();
    for (const auto &text : texts)
        array.push_back(text.toStdString());
    return array;
}

} // namespace quell
