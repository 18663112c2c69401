// The engine's end of a connection, for tests: frames put together and taken apart by hand and by Qt's own JSON, nothing shared with what is tested.
#pragma once

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QtEndian>

class RawPeer {
public:
    RawPeer() { m_server.listen(path()); }

    QString path() const { return m_folder.filePath(QStringLiteral("engine.sock")); }
    QLocalServer &server() { return m_server; }

    // The client that connected; null before.
    QLocalSocket *socket()
    {
        if (!m_socket)
            m_socket = m_server.nextPendingConnection();
        return m_socket;
    }
    void send(const QByteArray &bytes) { socket()->write(bytes); }
    void send(const QJsonObject &message) { send(frame(QJsonDocument(message).toJson(QJsonDocument::Compact))); }
    void sendEvent(int seq, const QString &type = QStringLiteral("note"), QJsonObject fields = {})
    {
        fields.insert(QStringLiteral("seq"), seq);
        fields.insert(QStringLiteral("type"), type);
        send(QJsonObject{{QStringLiteral("type"), QStringLiteral("event")}, {QStringLiteral("event"), fields}});
    }
    void sendMetrics(const QList<int> &steps)
    {
        QJsonArray rows;
        for (const int step : steps)
            rows.append(QJsonObject{{QStringLiteral("step"), step}});
        send(QJsonObject{{QStringLiteral("type"), QStringLiteral("metrics")}, {QStringLiteral("rows"), rows}});
    }
    void sendHeartbeat(const QString &state = QStringLiteral("running"), int step = 0)
    {
        send(QJsonObject{{QStringLiteral("type"), QStringLiteral("heartbeat")}, {QStringLiteral("state"), state}, {QStringLiteral("step"), step}});
    }
    void answer(const QJsonObject &request, QJsonObject fields = {})
    {
        fields.insert(QStringLiteral("type"), QStringLiteral("answer"));
        fields.insert(QStringLiteral("id"), request.value(QStringLiteral("id")));
        if (!fields.contains(QStringLiteral("ok")))
            fields.insert(QStringLiteral("ok"), true);
        send(fields);
    }

    static QByteArray hello(int major = 1, int minor = 0)
    {
        return "QUELL1\n" + frame("{\"type\":\"hello\",\"protocol\":[" + QByteArray::number(major) + "," + QByteArray::number(minor) + "],\"pid\":1,\"state\":\"idle\"}");
    }
    static QByteArray frame(const QByteArray &payload, char kind = 0)
    {
        QByteArray header(4, 0);
        qToLittleEndian<quint32>(static_cast<quint32>(payload.size()), header.data());
        return header + kind + payload;
    }

    // The requests that came, in order; those taken are gone.
    QList<QJsonObject> requests()
    {
        m_received += socket() ? m_socket->readAll() : QByteArray();
        if (!m_greeted && m_received.startsWith("QUELL1\n")) {
            m_received.remove(0, 7);
            m_greeted = true;
        }
        QList<QJsonObject> requests;
        while (m_greeted && m_received.size() >= 5) {
            const auto length = qFromLittleEndian<quint32>(m_received.constData());
            if (m_received.size() < 5 + qsizetype(length))
                break;
            requests << QJsonDocument::fromJson(m_received.mid(5, length)).object();
            m_received.remove(0, 5 + length);
        }
        return requests;
    }
    bool greeted() const { return m_greeted; }

private:
    QTemporaryDir m_folder;
    QLocalServer m_server;
    QLocalSocket *m_socket = nullptr; // the server's
    QByteArray m_received;
    bool m_greeted = false;
};
