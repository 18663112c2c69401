#include "app/window/manual.h"

#include "app/window/studio.h"
#include "widgets/look.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QTextBrowser>

namespace quell {

void showManual(QWidget *parent)
{
    const QString folder = resourcesFolder() + QStringLiteral("/manual");
    auto file = QStringLiteral("%1/%2.md").arg(folder, QLocale().name().section(QLatin1Char('_'), 0, 0));
    if (!QFileInfo::exists(file))
        file = folder + QStringLiteral("/en.md");
    auto *browser = new QTextBrowser(parent);
    browser->setWindowFlag(Qt::Window);
    browser->setAttribute(Qt::WA_DeleteOnClose);
    browser->setWindowTitle(QCoreApplication::translate("Manual", "Quell: manual"));
    browser->setAccessibleName(browser->windowTitle());
    browser->setOpenExternalLinks(true);
    browser->setSearchPaths({folder});
    browser->document()->setDocumentMargin(look::margin);
    browser->setSource(QUrl::fromLocalFile(file), QTextDocument::MarkdownResource);
    browser->resize(browser->fontMetrics().averageCharWidth() * 110, browser->fontMetrics().height() * 45);
    browser->show();
}

} // namespace quell
