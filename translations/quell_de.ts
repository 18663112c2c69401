<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>ComparePage</name>
    <message>
        <source>teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>filtered</source>
        <translation>gefiltert</translation>
    </message>
    <message>
        <source>student</source>
        <translation>Schüler</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>Nachbar</translation>
    </message>
    <message>
        <source>unrelated</source>
        <translation>unbeteiligt</translation>
    </message>
    <message>
        <source>asked for</source>
        <translation>angefragt</translation>
    </message>
    <message>
        <source>drawn here</source>
        <translation>hier gezeichnet</translation>
    </message>
    <message>
        <source>object recognised in %1 %</source>
        <translation>Gegenstand erkannt in %1 %</translation>
    </message>
    <message>
        <source>style recognised in %1 % · object in %2 %</source>
        <translation>Stil erkannt in %1 % · Gegenstand in %2 %</translation>
    </message>
</context>
<context>
    <name>EngineExit</name>
    <message>
        <source>it gave no reason</source>
        <translation>sie nannte keinen Grund</translation>
    </message>
    <message>
        <source>The engine has finished its work.</source>
        <translation>Die Engine hat ihre Arbeit beendet.</translation>
    </message>
    <message>
        <source>The engine stopped because of a setting or a file: %1. What was saved before is kept.</source>
        <translation>Die Engine hat wegen einer Einstellung oder Datei aufgehört: %1. Was vorher gespeichert wurde, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The engine could not read or write a file: %1. The run is kept up to its last checkpoint.</source>
        <translation>Die Engine konnte eine Datei nicht lesen oder schreiben: %1. Der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine ran out of memory: %1. The run is kept up to its last checkpoint; a smaller batch or smaller pictures need less.</source>
        <translation>Der Engine ging der Speicher aus: %1. Der Lauf ist bis zum letzten Sicherungspunkt erhalten; ein kleinerer Stapel oder kleinere Bilder brauchen weniger.</translation>
    </message>
    <message>
        <source>The training diverged: %1. Checkpoints from before are good; a lower learning rate may help.</source>
        <translation>Das Training ist divergiert: %1. Frühere Sicherungspunkte sind gut; eine niedrigere Lernrate kann helfen.</translation>
    </message>
    <message>
        <source>The system ended the engine because the computer&apos;s memory was full. The run is kept up to its last checkpoint.</source>
        <translation>Das System hat die Engine beendet, weil der Speicher des Rechners voll war. Der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, most likely by the system because memory was full. The run is kept up to its last checkpoint.</source>
        <translation>Die Engine wurde von außen beendet, höchstwahrscheinlich vom System, weil der Speicher voll war. Der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine was ended by force (signal %1). The run is kept up to its last checkpoint.</source>
        <translation>Die Engine wurde gewaltsam beendet (Signal %1). Der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine crashed (%1). The run is kept up to its last checkpoint, and this window is not affected.</source>
        <translation>Die Engine ist abgestürzt (%1). Der Lauf ist bis zum letzten Sicherungspunkt erhalten, und dieses Fenster ist nicht betroffen.</translation>
    </message>
    <message>
        <source>The engine crashed (%1): %2. The run is kept up to its last checkpoint, and this window is not affected.</source>
        <translation>Die Engine ist abgestürzt (%1): %2. Der Lauf ist bis zum letzten Sicherungspunkt erhalten, und dieses Fenster ist nicht betroffen.</translation>
    </message>
    <message>
        <source>The engine did not respond and was ended. The run is kept up to its last checkpoint.</source>
        <translation>Die Engine antwortete nicht und wurde beendet. Der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine sent something that is not a message: %1. It was ended; the run is kept up to its last checkpoint.</source>
        <translation>Die Engine sandte etwas, das keine Nachricht ist: %1. Sie wurde beendet; der Lauf ist bis zum letzten Sicherungspunkt erhalten.</translation>
    </message>
    <message>
        <source>The engine did not start: %1. Nothing was changed.</source>
        <translation>Die Engine ist nicht gestartet: %1. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The engine and this program do not fit each other: %1. Nothing was changed.</source>
        <translation>Die Engine und dieses Programm passen nicht zueinander: %1. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The connection to the engine was lost: %1. The run may still be at work; what it saves is kept.</source>
        <translation>Die Verbindung zur Engine ging verloren: %1. Der Lauf arbeitet vielleicht noch; was er speichert, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Connect again</source>
        <translation>Neu verbinden</translation>
    </message>
    <message>
        <source>Resume from the last checkpoint</source>
        <translation>Ab dem letzten Sicherungspunkt fortsetzen</translation>
    </message>
    <message>
        <source>Edit the settings</source>
        <translation>Einstellungen bearbeiten</translation>
    </message>
    <message>
        <source>Check the files</source>
        <translation>Dateien prüfen</translation>
    </message>
    <message>
        <source>Free memory, then resume</source>
        <translation>Speicher freigeben, dann fortsetzen</translation>
    </message>
    <message>
        <source>Free disk space, then resume</source>
        <translation>Platz schaffen, dann fortsetzen</translation>
    </message>
    <message>
        <source>Copy a report of the defect</source>
        <translation>Fehlerbericht kopieren</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Erneut starten</translation>
    </message>
</context>
<context>
    <name>LiveRun</name>
    <message numerus="yes">
        <source>%n picture(s) without a caption are left out.</source>
        <translation>
            <numerusform>%n Bild ohne Beschreibung bleibt weg.</numerusform>
            <numerusform>%n Bilder ohne Beschreibung bleiben weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) that cannot be read are left out.</source>
        <translation>
            <numerusform>%n unlesbares Bild bleibt weg.</numerusform>
            <numerusform>%n unlesbare Bilder bleiben weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) of an unknown type are left out.</source>
        <translation>
            <numerusform>%n Datei unbekannten Typs bleibt weg.</numerusform>
            <numerusform>%n Dateien unbekannten Typs bleiben weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) that are listed but missing are left out.</source>
        <translation>
            <numerusform>%n aufgeführtes, aber fehlendes Bild bleibt weg.</numerusform>
            <numerusform>%n aufgeführte, aber fehlende Bilder bleiben weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) outside the folder are left out.</source>
        <translation>
            <numerusform>%n Bild außerhalb des Ordners bleibt weg.</numerusform>
            <numerusform>%n Bilder außerhalb des Ordners bleiben weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) are left out: %1.</source>
        <translation>
            <numerusform>%n Bild bleibt weg: %1.</numerusform>
            <numerusform>%n Bilder bleiben weg: %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>encoding pictures and captions</source>
        <translation>Bilder und Beschreibungen werden kodiert</translation>
    </message>
    <message>
        <source>drawing samples</source>
        <translation>Proben werden gezeichnet</translation>
    </message>
    <message>
        <source>scoring</source>
        <translation>Bewertung läuft</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1: %2 von %3</translation>
    </message>
</context>
<context>
    <name>Manual</name>
    <message>
        <source>Quell: manual</source>
        <translation>Quell: Handbuch</translation>
    </message>
</context>
<context>
    <name>RunSettings</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Solver</source>
        <translation>Löser</translation>
    </message>
    <message>
        <source>Lower level</source>
        <translation>Untere Ebene</translation>
    </message>
    <message>
        <source>Upper level</source>
        <translation>Obere Ebene</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Sicherungspunkte</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>group and setting</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Change “%1”</source>
        <translation>„%1“ ändern</translation>
    </message>
    <message>
        <source>optimizer</source>
        <translation>Optimierer</translation>
    </message>
    <message>
        <source>AdamW keeps a rate for each weight; SGD has one for all.</source>
        <translation>AdamW hält für jedes Gewicht eine eigene Rate, SGD eine für alle.</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>How far one step goes. Too high and the loss rises, too low and nothing happens.</source>
        <translation>Wie weit ein Schritt geht. Zu hoch, und der Verlust steigt; zu niedrig, und nichts geschieht.</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>Verlauf der Lernrate</translation>
    </message>
    <message>
        <source>Cosine lets the rate fall to 0 towards the end.</source>
        <translation>Kosinus lässt die Rate zum Ende hin auf 0 fallen.</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>konstant</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>warm-up, steps</source>
        <translation>Aufwärmen, Schritte</translation>
    </message>
    <message>
        <source>The rate rises from 0 over these steps.</source>
        <translation>Über diese Schritte steigt die Rate von 0 an.</translation>
    </message>
    <message>
        <source>largest gradient norm</source>
        <translation>größte Gradientennorm</translation>
    </message>
    <message>
        <source>Longer gradients are shortened to it; 0: never.</source>
        <translation>Längere Gradienten werden darauf gekürzt; 0: nie.</translation>
    </message>
    <message>
        <source>weight decay</source>
        <translation>Gewichtsabnahme</translation>
    </message>
    <message>
        <source>Draws weights towards 0.</source>
        <translation>Zieht die Gewichte zur 0 hin.</translation>
    </message>
    <message>
        <source>beta 1</source>
        <translation>Beta 1</translation>
    </message>
    <message>
        <source>Memory of the mean gradient.</source>
        <translation>Gedächtnis des mittleren Gradienten.</translation>
    </message>
    <message>
        <source>beta 2</source>
        <translation>Beta 2</translation>
    </message>
    <message>
        <source>Memory of the squared gradient.</source>
        <translation>Gedächtnis des quadrierten Gradienten.</translation>
    </message>
    <message>
        <source>epsilon</source>
        <translation>Epsilon</translation>
    </message>
    <message>
        <source>Keeps the division by a vanishing gradient finite.</source>
        <translation>Hält die Division durch einen verschwindenden Gradienten endlich.</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>How many updates of the lower level the run makes.</source>
        <translation>Wie viele Schritte der unteren Ebene der Lauf macht.</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>All randomness comes from it: the same seed gives the same run.</source>
        <translation>Aller Zufall kommt daraus: Gleicher Startwert ergibt den gleichen Lauf.</translation>
    </message>
    <message>
        <source>picture size</source>
        <translation>Bildgröße</translation>
    </message>
    <message>
        <source>In pixels.</source>
        <translation>In Pixeln.</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>die des Modells</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>bf16 saves memory where the processor has it; fp32 works everywhere.</source>
        <translation>bf16 spart Speicher, wo der Prozessor es kann; fp32 geht überall.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>What the run computes on.</source>
        <translation>Worauf der Lauf rechnet.</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Of the processor.</source>
        <translation>Des Prozessors.</translation>
    </message>
    <message>
        <source>one a core</source>
        <translation>einer je Kern</translation>
    </message>
    <message>
        <source>batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>Pictures a step.</source>
        <translation>Bilder je Schritt.</translation>
    </message>
    <message>
        <source>crop</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>Which square of a picture is taken.</source>
        <translation>Welches Quadrat eines Bildes genommen wird.</translation>
    </message>
    <message>
        <source>center</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>mirror pictures</source>
        <translation>Bilder spiegeln</translation>
    </message>
    <message>
        <source>Every other picture is mirrored: more variety from the same data.</source>
        <translation>Jedes zweite Bild wird gespiegelt: mehr Vielfalt aus denselben Daten.</translation>
    </message>
    <message>
        <source>caption dropout</source>
        <translation>Anteil ohne Beschreibung</translation>
    </message>
    <message>
        <source>Share of captions that are left out, so that guidance keeps working.</source>
        <translation>Anteil der Beschreibungen, die entfallen, damit die Guidance wirksam bleibt.</translation>
    </message>
    <message>
        <source>leave out the concept&apos;s pictures</source>
        <translation>Bilder des Konzepts weglassen</translation>
    </message>
    <message>
        <source>Pictures whose captions name a concept do not take part in fine-tuning.</source>
        <translation>Bilder, deren Beschreibung ein Konzept nennt, nehmen am Nachtraining nicht teil.</translation>
    </message>
    <message>
        <source>weight of the diffusion loss</source>
        <translation>Gewicht des Diffusionsverlusts</translation>
    </message>
    <message>
        <source>Learning from the pictures themselves.</source>
        <translation>Lernen von den Bildern selbst.</translation>
    </message>
    <message>
        <source>weight of output distillation</source>
        <translation>Gewicht der Ausgabe-Destillation</translation>
    </message>
    <message>
        <source>Predicting what the teacher predicts.</source>
        <translation>Vorhersagen, was der Lehrer vorhersagt.</translation>
    </message>
    <message>
        <source>weight of feature distillation</source>
        <translation>Gewicht der Merkmals-Destillation</translation>
    </message>
    <message>
        <source>Matching the teacher block by block.</source>
        <translation>Dem Lehrer Block für Block gleichen.</translation>
    </message>
    <message>
        <source>min-SNR gamma</source>
        <translation>Min-SNR-Gamma</translation>
    </message>
    <message>
        <source>Bounds the weight of steps with little noise.</source>
        <translation>Begrenzt das Gewicht rauscharmer Zeitpunkte.</translation>
    </message>
    <message>
        <source>suppress</source>
        <translation>unterdrücken</translation>
    </message>
    <message>
        <source>Off: plain fine-tuning, as a reference is made.</source>
        <translation>Aus: reines Nachtraining, wie bei einer Referenz.</translation>
    </message>
    <message>
        <source>objective</source>
        <translation>Zielfunktion</translation>
    </message>
    <message>
        <source>anchor</source>
        <translation>Anker</translation>
    </message>
    <message>
        <source>ESD strength</source>
        <translation>ESD-Stärke</translation>
    </message>
    <message>
        <source>noised pictures</source>
        <translation>verrauschte Bilder</translation>
    </message>
    <message>
        <source>Where the upper level&apos;s noisy pictures come from.</source>
        <translation>Woher die verrauschten Bilder der oberen Ebene kommen.</translation>
    </message>
    <message>
        <source>of the concept</source>
        <translation>vom Konzept</translation>
    </message>
    <message>
        <source>of everything else</source>
        <translation>von allem anderen</translation>
    </message>
    <message>
        <source>drawn by the student</source>
        <translation>vom Schüler gezeichnet</translation>
    </message>
    <message>
        <source>earliest time</source>
        <translation>frühester Zeitpunkt</translation>
    </message>
    <message>
        <source>Of the noise schedule; suppression acts from here on.</source>
        <translation>Des Rauschplans; ab hier wird unterdrückt.</translation>
    </message>
    <message>
        <source>latest time</source>
        <translation>spätester Zeitpunkt</translation>
    </message>
    <message>
        <source>Of the noise schedule; suppression acts below it.</source>
        <translation>Des Rauschplans; darunter wird unterdrückt.</translation>
    </message>
    <message>
        <source>solver</source>
        <translation>Löser</translation>
    </message>
    <message>
        <source>alternating</source>
        <translation>abwechselnd</translation>
    </message>
    <message>
        <source>penalty</source>
        <translation>Strafterm</translation>
    </message>
    <message>
        <source>upper step every … steps</source>
        <translation>oberer Schritt alle … Schritte</translation>
    </message>
    <message>
        <source>Alternating only.</source>
        <translation>Nur bei „abwechselnd“.</translation>
    </message>
    <message>
        <source>gradient angle every … upper steps</source>
        <translation>Gradientenwinkel alle … oberen Schritte</translation>
    </message>
    <message>
        <source>Costs one lower gradient each time; 0: never. Alternating and two-stage.</source>
        <translation>Kostet jedes Mal einen unteren Gradienten; 0: nie. Bei „abwechselnd“ und „zweistufig“.</translation>
    </message>
    <message>
        <source>inner steps</source>
        <translation>innere Schritte</translation>
    </message>
    <message>
        <source>coupling</source>
        <translation>Kopplung</translation>
    </message>
    <message>
        <source>none, as in the paper</source>
        <translation>keine, wie in der Arbeit</translation>
    </message>
    <message>
        <source>restart each round</source>
        <translation>jede Runde neu</translation>
    </message>
    <message>
        <source>samples every … steps</source>
        <translation>Proben alle … Schritte</translation>
    </message>
    <message>
        <source>Pictures for the sample prompts, always from the same noise.</source>
        <translation>Bilder zu den Probe-Prompts, immer aus demselben Rauschen.</translation>
    </message>
    <message>
        <source>at the start and the end</source>
        <translation>am Anfang und am Ende</translation>
    </message>
    <message>
        <source>sampling steps</source>
        <translation>Zeichenschritte</translation>
    </message>
    <message>
        <source>More take longer and draw finer.</source>
        <translation>Mehr dauern länger und zeichnen feiner.</translation>
    </message>
    <message>
        <source>guidance</source>
        <translation>Guidance</translation>
    </message>
    <message>
        <source>How closely samples follow their prompts.</source>
        <translation>Wie eng die Proben ihren Prompts folgen.</translation>
    </message>
    <message>
        <source>checkpoint every … steps</source>
        <translation>Sicherungspunkt alle … Schritte</translation>
    </message>
    <message>
        <source>What an interruption can cost at most.</source>
        <translation>Was eine Unterbrechung höchstens kosten kann.</translation>
    </message>
    <message>
        <source>checkpoints kept</source>
        <translation>behaltene Sicherungspunkte</translation>
    </message>
    <message>
        <source>The newest; older ones are removed once a newer one is verified.</source>
        <translation>Die neuesten; ältere werden entfernt, sobald ein neuerer geprüft ist.</translation>
    </message>
    <message>
        <source>pictures a group</source>
        <translation>Bilder je Gruppe</translation>
    </message>
    <message>
        <source>More give narrower intervals and take longer.</source>
        <translation>Mehr ergeben engere Intervalle und dauern länger.</translation>
    </message>
    <message>
        <source>How closely pictures follow their prompts.</source>
        <translation>Wie eng die Bilder ihren Prompts folgen.</translation>
    </message>
    <message>
        <source>what is trained</source>
        <translation>was trainiert wird</translation>
    </message>
    <message>
        <source>Fewer weights take less memory and change less. Adapters (LoRA) can be exported on their own.</source>
        <translation>Weniger Gewichte brauchen weniger Speicher und ändern weniger. Adapter (LoRA) lassen sich für sich exportieren.</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>alles</translation>
    </message>
    <message>
        <source>cross-attention</source>
        <translation>Cross-Attention</translation>
    </message>
    <message>
        <source>keys and values of cross-attention</source>
        <translation>Schlüssel und Werte der Cross-Attention</translation>
    </message>
    <message>
        <source>everything but cross-attention</source>
        <translation>alles außer Cross-Attention</translation>
    </message>
    <message>
        <source>adapters (LoRA)</source>
        <translation>Adapter (LoRA)</translation>
    </message>
    <message>
        <source>rank of adapters</source>
        <translation>Rang der Adapter</translation>
    </message>
    <message>
        <source>Higher learns more and takes more memory. Adapters only.</source>
        <translation>Höher lernt mehr und braucht mehr Speicher. Nur für Adapter.</translation>
    </message>
    <message>
        <source>alpha of adapters</source>
        <translation>Alpha der Adapter</translation>
    </message>
    <message>
        <source>Adapters count alpha / rank times. Adapters only.</source>
        <translation>Adapter zählen Alpha / Rang-fach. Nur für Adapter.</translation>
    </message>
    <message>
        <source>compute activations twice</source>
        <translation>Aktivierungen zweimal berechnen</translation>
    </message>
    <message>
        <source>Saves most of the memory of a step for about a third more time.</source>
        <translation>Spart den meisten Speicher eines Schritts für etwa ein Drittel mehr Zeit.</translation>
    </message>
    <message>
        <source>parts of a batch</source>
        <translation>Teile eines Batches</translation>
    </message>
    <message>
        <source>A batch is taken in this many parts: less memory, the same step.</source>
        <translation>Ein Batch wird in so vielen Teilen genommen: weniger Speicher, derselbe Schritt.</translation>
    </message>
    <message>
        <source>optimizer state</source>
        <translation>Zustand des Optimierers</translation>
    </message>
    <message>
        <source>What AdamW remembers of each weight: 8 bytes in full, 2 in 8 bits, 4 factored (with a beta 1 of 0 next to none).</source>
        <translation>Was AdamW sich zu jedem Gewicht merkt: voll 8 Byte, in 8 Bit 2, faktorisiert 4 (mit Beta 1 gleich 0 fast nichts).</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8 Bit</translation>
    </message>
    <message>
        <source>factored</source>
        <translation>faktorisiert</translation>
    </message>
    <message>
        <source>bf16 weights</source>
        <translation>bf16-Gewichte</translation>
    </message>
    <message>
        <source>With masters they are kept in fp32 too; rounded at random they need no masters. In bf16 only.</source>
        <translation>Mit Mastern werden sie auch in fp32 gehalten; zufällig gerundet brauchen sie keine. Nur in bf16.</translation>
    </message>
    <message>
        <source>with fp32 masters</source>
        <translation>mit fp32-Mastern</translation>
    </message>
    <message>
        <source>rounded at random</source>
        <translation>zufällig gerundet</translation>
    </message>
    <message>
        <source>zeros stay zero</source>
        <translation>Nullen bleiben null</translation>
    </message>
    <message>
        <source>For models that were pruned by setting weights to zero.</source>
        <translation>Für Modelle, die ausgedünnt wurden, indem Gewichte null gesetzt wurden.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>drawn by the teacher</source>
        <translation>vom Lehrer gezeichnet</translation>
    </message>
    <message>
        <source>noise alone</source>
        <translation>nur Rauschen</translation>
    </message>
    <message>
        <source>distance</source>
        <translation>Abstandsmaß</translation>
    </message>
    <message>
        <source>How the way to the objective is measured. Hellinger lets go of what is far already.</source>
        <translation>Wie der Weg zum Ziel gemessen wird. Hellinger lässt los, was schon weit weg ist.</translation>
    </message>
    <message>
        <source>mean square</source>
        <translation>mittleres Quadrat</translation>
    </message>
    <message>
        <source>scale of the distance</source>
        <translation>Maßstab des Abstandsmaßes</translation>
    </message>
    <message>
        <source>Where Huber turns linear and Hellinger lets go.</source>
        <translation>Wo Huber linear wird und Hellinger loslässt.</translation>
    </message>
    <message>
        <source>hold of neighbours</source>
        <translation>Halt der Nachbarn</translation>
    </message>
    <message>
        <source>Weight of drawing neighbours as the teacher does; 0: none. Every concept needs neighbours then.</source>
        <translation>Gewicht dafür, Nachbarn wie der Lehrer zu zeichnen; 0: keines. Jedes Konzept braucht dann Nachbarn.</translation>
    </message>
    <message>
        <source>what suppression changes</source>
        <translation>was die Unterdrückung ändert</translation>
    </message>
    <message>
        <source>Of what is trained.</source>
        <translation>Von dem, was trainiert wird.</translation>
    </message>
    <message>
        <source>salient share</source>
        <translation>auffälliger Anteil</translation>
    </message>
    <message>
        <source>Suppression changes only this share of the weights: those that the concept moves most. 1: all.</source>
        <translation>Die Unterdrückung ändert nur diesen Anteil der Gewichte: die, die das Konzept am stärksten bewegt. 1: alle.</translation>
    </message>
    <message>
        <source>How both levels become one step. Alternating takes an upper step now and then, two-stage suppresses after fine-tuning; the others weigh both levels&apos; gradients in one step.</source>
        <translation>Wie aus beiden Ebenen ein Schritt wird. Abwechselnd macht ab und zu einen oberen Schritt, zweistufig unterdrückt nach dem Nachtraining; die übrigen wägen die Gradienten beider Ebenen in einem Schritt.</translation>
    </message>
    <message>
        <source>two-stage</source>
        <translation>zweistufig</translation>
    </message>
    <message>
        <source>weighted sum</source>
        <translation>gewichtete Summe</translation>
    </message>
    <message>
        <source>by the gradients&apos; angle</source>
        <translation>nach dem Winkel der Gradienten</translation>
    </message>
    <message>
        <source>fine-tuning steps</source>
        <translation>Schritte des Nachtrainings</translation>
    </message>
    <message>
        <source>Of all steps; suppression has the rest. Two-stage only.</source>
        <translation>Von allen Schritten; den Rest hat die Unterdrückung. Nur zweistufig.</translation>
    </message>
    <message>
        <source>half of the steps</source>
        <translation>die Hälfte der Schritte</translation>
    </message>
    <message>
        <source>weight of the lower level</source>
        <translation>Gewicht der unteren Ebene</translation>
    </message>
    <message>
        <source>Against the upper level&apos;s, at the first step; empty: the solver&apos;s own. Weighted sum, penalty, V-PBGD and F2SA.</source>
        <translation>Gegenüber der oberen, beim ersten Schritt; leer: das eigene des Lösers. Gewichtete Summe, Strafterm, V-PBGD und F2SA.</translation>
    </message>
    <message>
        <source>weight at the end</source>
        <translation>Gewicht am Ende</translation>
    </message>
    <message>
        <source>What the weight rises to over the run; empty: the solver&apos;s own. V-PBGD only.</source>
        <translation>Worauf das Gewicht im Lauf steigt; leer: das eigene des Lösers. Nur V-PBGD.</translation>
    </message>
    <message>
        <source>growth of the weight</source>
        <translation>Zuwachs des Gewichts</translation>
    </message>
    <message>
        <source>What each step adds to it; empty: the solver&apos;s own. F2SA only.</source>
        <translation>Was jeder Schritt hinzufügt; leer: der eigene des Lösers. Nur F2SA.</translation>
    </message>
    <message>
        <source>barrier</source>
        <translation>Schranke</translation>
    </message>
    <message>
        <source>How firmly the lower level is held where the weight follows from the gradients; empty: the solver&apos;s own. BOME, by the gradients&apos; angle, and the penalty&apos;s coupling by the gap.</source>
        <translation>Wie fest die untere Ebene gehalten wird, wo das Gewicht aus den Gradienten folgt; leer: die eigene des Lösers. BOME, nach dem Winkel der Gradienten und die Kopplung des Strafterms durch den Abstand.</translation>
    </message>
    <message>
        <source>barrier follows</source>
        <translation>Schranke folgt</translation>
    </message>
    <message>
        <source>What it is measured by. BOME only.</source>
        <translation>Woran sie gemessen wird. Nur BOME.</translation>
    </message>
    <message>
        <source>the lower gradient</source>
        <translation>dem unteren Gradienten</translation>
    </message>
    <message>
        <source>the gap to the copy</source>
        <translation>dem Abstand zur Kopie</translation>
    </message>
    <message>
        <source>Lower steps of a copy before each step of both; 0: no copy. Where nothing is coupled to it the copy only measures the gap. Not for alternating and two-stage.</source>
        <translation>Untere Schritte einer Kopie vor jedem Schritt von beiden; 0: keine Kopie. Wo nichts an sie gekoppelt ist, misst die Kopie nur den Abstand. Nicht bei abwechselnd und zweistufig.</translation>
    </message>
    <message>
        <source>the solver&apos;s own</source>
        <translation>der eigene Wert des Lösers</translation>
    </message>
    <message>
        <source>copy anew every … rounds</source>
        <translation>neue Kopie alle … Runden</translation>
    </message>
    <message>
        <source>0: never; the copy goes on from where it was.</source>
        <translation>0: nie; die Kopie geht von dort weiter, wo sie war.</translation>
    </message>
    <message>
        <source>What the copy does to the student. Penalty only.</source>
        <translation>Was die Kopie mit dem Schüler macht. Nur Strafterm.</translation>
    </message>
    <message>
        <source>the gap sets the weight</source>
        <translation>der Abstand bestimmt das Gewicht</translation>
    </message>
    <message>
        <source>ESD pushes away from the concept; anchor draws its prompts to what they should become; SDD to what the student draws without a prompt; erase-from pushes away from where the rest of the prompt stays, for attributes.</source>
        <translation>ESD drängt vom Konzept weg; der Anker zieht seine Prompts dorthin, was aus ihnen werden soll; SDD dorthin, was der Schüler ohne Prompt zeichnet; Löschen-aus drängt von dort weg, wo der Rest des Prompts bleibt, für Eigenschaften.</translation>
    </message>
    <message>
        <source>erase-from</source>
        <translation>Löschen-aus</translation>
    </message>
    <message>
        <source>How far ESD and erase-from go beyond the prompt without the concept.</source>
        <translation>Wie weit ESD und Löschen-aus über den Prompt ohne das Konzept hinausgehen.</translation>
    </message>
    <message>
        <source>pictures the teacher makes</source>
        <translation>Bilder, die der Lehrer macht</translation>
    </message>
    <message>
        <source>Of each concept, where the data shows none; 0: those of the data. For pictures of the concept only.</source>
        <translation>Von jedem Konzept, wenn die Daten keine zeigen; 0: die der Daten. Nur für Bilder des Konzepts.</translation>
    </message>
    <message>
        <source>sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>How noise becomes a picture. DPM-Solver++ needs the fewest steps.</source>
        <translation>Wie aus Rauschen ein Bild wird. DPM-Solver++ braucht die wenigsten Schritte.</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>A studio for suppressing concepts in pruned diffusion models.</source>
        <translation>Ein Studio, das Konzepte in ausgedünnten Diffusionsmodellen unterdrückt.</translation>
    </message>
    <message>
        <source>Project folder; without one the last, at first the starter</source>
        <translation>Projektordner; ohne ihn der letzte, zuerst das Startprojekt</translation>
    </message>
    <message>
        <source>Read all runs of a project again into its index, and end.</source>
        <translation>Alle Läufe eines Projekts neu in sein Verzeichnis lesen und enden.</translation>
    </message>
    <message>
        <source>The page to show: model, concepts, data, run, compare or history.</source>
        <translation>Die gezeigte Seite: model, concepts, data, run, compare oder history.</translation>
    </message>
    <message>
        <source>system, light or dark; kept.</source>
        <translation>system, light oder dark; wird gemerkt.</translation>
    </message>
    <message>
        <source>en or de; kept.</source>
        <translation>en oder de; wird gemerkt.</translation>
    </message>
</context>
<context>
    <name>quell::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>quell::CaptionStore</name>
    <message>
        <source>Change the caption of %1</source>
        <translation>Beschreibung von %1 ändern</translation>
    </message>
</context>
<context>
    <name>quell::CommandPalette</name>
    <message>
        <source>Type what you want to do</source>
        <translation>Schreiben Sie, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>quell::CompareFoot</name>
    <message>
        <source>Slider</source>
        <translation>Schieber</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>Wechsel</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Zoom out (−)</source>
        <translation>Verkleinern (−)</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>Vergrößern (+)</translation>
    </message>
    <message>
        <source>Fit (F)</source>
        <translation>Einpassen (F)</translation>
    </message>
    <message>
        <source>100 % shows a pixel of the picture on a pixel of the screen (0)</source>
        <translation>100 % zeigt ein Pixel des Bildes auf einem Pixel des Bildschirms (0)</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>Gekoppelt</translation>
    </message>
    <message>
        <source>Zoom and pan all pictures together (L)</source>
        <translation>Alle Bilder gemeinsam zoomen und verschieben (L)</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save sheet…</source>
        <translation>Blatt speichern…</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Zoom: %1 %</source>
        <translation>Zoom: %1 %</translation>
    </message>
</context>
<context>
    <name>quell::ComparePage</name>
    <message>
        <source>Drawing with the model “%1”</source>
        <translation>Zeichnet mit dem Modell „%1“</translation>
    </message>
    <message>
        <source>The model “%1” could not draw it: %2</source>
        <translation>Das Modell „%1“ konnte es nicht zeichnen: %2</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Back in the run</source>
        <translation>Im Lauf zurück</translation>
    </message>
    <message>
        <source>On in the run</source>
        <translation>Im Lauf weiter</translation>
    </message>
    <message>
        <source>Add a pane</source>
        <translation>Feld hinzufügen</translation>
    </message>
    <message>
        <source>Copy the comparison</source>
        <translation>Vergleich kopieren</translation>
    </message>
    <message>
        <source>Save a sheet…</source>
        <translation>Blatt speichern…</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>Here the pictures of the teacher, the pruned model and the student stand side by side, for the same prompts from the same noise. A run draws the first when it starts.</source>
        <translation>Hier stehen die Bilder des Lehrers, des ausgedünnten Modells und des Schülers nebeneinander, zu denselben Prompts aus demselben Rauschen. Ein Lauf zeichnet die ersten, wenn er beginnt.</translation>
    </message>
    <message>
        <source>Go to the run</source>
        <translation>Zum Lauf</translation>
    </message>
    <message>
        <source>The run in %1 cannot be read, so its pictures cannot be compared.</source>
        <translation>Der Lauf in %1 ist nicht lesbar, darum lassen sich seine Bilder nicht vergleichen.</translation>
    </message>
    <message>
        <source>%1, newest</source>
        <comment>model</comment>
        <translation>%1, neuester</translation>
    </message>
    <message>
        <source>%1, step %2</source>
        <comment>model, step</comment>
        <translation>%1, Schritt %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>model, run</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>This run has no pictures</source>
        <translation>Dieser Lauf hat keine Bilder</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name of a run, its folder</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Reading the run…</source>
        <translation>Der Lauf wird gelesen…</translation>
    </message>
    <message>
        <source>This run cannot be read</source>
        <translation>Dieser Lauf ist nicht lesbar</translation>
    </message>
    <message>
        <source>Picture file…</source>
        <translation>Bilddatei…</translation>
    </message>
    <message>
        <source>Remove this pane</source>
        <translation>Dieses Feld entfernen</translation>
    </message>
    <message>
        <source>Compare with a picture</source>
        <translation>Mit einem Bild vergleichen</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>Bilder (%1)</translation>
    </message>
    <message>
        <source>None of the panes shows a model, so nothing can draw this prompt.</source>
        <translation>Kein Feld zeigt ein Modell, darum kann nichts diesen Prompt zeichnen.</translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation>Blatt speichern</translation>
    </message>
    <message>
        <source>comparison.png</source>
        <translation>vergleich.png</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>The sheet and what its panes are were saved beside one another: %1</source>
        <translation>Das Blatt und die Angaben zu seinen Feldern wurden nebeneinander gespeichert: %1</translation>
    </message>
    <message>
        <source>The sheet could not be saved in %1: %2</source>
        <translation>Das Blatt konnte nicht in %1 gespeichert werden: %2</translation>
    </message>
    <message>
        <source>%1 · seed %2 · %3, %4 steps · guidance %5</source>
        <translation>%1 · Startwert %2 · %3, %4 Schritte · Guidance %5</translation>
    </message>
</context>
<context>
    <name>quell::CompareView</name>
    <message>
        <source>%1 % of the first picture</source>
        <translation>%1 % des ersten Bildes</translation>
    </message>
    <message>
        <source>Comparison of pictures</source>
        <translation>Vergleich von Bildern</translation>
    </message>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
    <message>
        <source>next mode</source>
        <translation>nächste Ansicht</translation>
    </message>
    <message>
        <source>D</source>
        <translation>D</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>C</source>
        <translation>C</translation>
    </message>
    <message>
        <source>swap the first two</source>
        <translation>die ersten beiden tauschen</translation>
    </message>
    <message>
        <source>1, 2</source>
        <translation>1, 2</translation>
    </message>
    <message>
        <source>the first or the second alone</source>
        <translation>nur das erste oder zweite</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>the second while held</source>
        <translation>das zweite, solange gehalten</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>blink by itself</source>
        <translation>selbsttätig wechseln</translation>
    </message>
    <message>
        <source>+, −</source>
        <translation>+, −</translation>
    </message>
    <message>
        <source>zoom in, out</source>
        <translation>vergrößern, verkleinern</translation>
    </message>
    <message>
        <source>0, F</source>
        <translation>0, F</translation>
    </message>
    <message>
        <source>100 %, fit</source>
        <translation>100 %, einpassen</translation>
    </message>
    <message>
        <source>←, →</source>
        <translation>←, →</translation>
    </message>
    <message>
        <source>move the slider by 1 %, with Shift by 10 %</source>
        <translation>Schieber um 1 % bewegen, mit Umschalt um 10 %</translation>
    </message>
    <message>
        <source>Ctrl+arrows</source>
        <translation>Strg+Pfeile</translation>
    </message>
    <message>
        <source>move the pictures</source>
        <translation>die Bilder verschieben</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>show hidden pictures</source>
        <translation>verborgene Bilder zeigen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>back to the slider</source>
        <translation>zurück zum Schieber</translation>
    </message>
    <message>
        <source>%1
%2</source>
        <comment>label and detail of a picture</comment>
        <translation>%1
%2</translation>
    </message>
    <message>
        <source>%1 cannot be shown: %2</source>
        <comment>file, reason</comment>
        <translation>%1 kann nicht gezeigt werden: %2</translation>
    </message>
    <message>
        <source>No picture here yet</source>
        <translation>Hier ist noch kein Bild</translation>
    </message>
    <message>
        <source>Hidden. Click or press Enter to show</source>
        <translation>Verborgen. Zum Zeigen klicken oder Eingabe drücken</translation>
    </message>
    <message>
        <source>working out the difference</source>
        <translation>Unterschied wird berechnet</translation>
    </message>
    <message>
        <source>mean difference %1 of 255</source>
        <translation>mittlerer Unterschied %1 von 255</translation>
    </message>
    <message>
        <source>Difference of %1 and %2</source>
        <translation>Unterschied von %1 und %2</translation>
    </message>
</context>
<context>
    <name>quell::ConceptDrawings</name>
    <message>
        <source>Concept</source>
        <translation>Konzept</translation>
    </message>
    <message>
        <source>Anchor</source>
        <translation>Anker</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>Nachbarn</translation>
    </message>
    <message>
        <source>what goes</source>
        <translation>was verschwindet</translation>
    </message>
    <message>
        <source>what it becomes</source>
        <translation>was daraus wird</translation>
    </message>
    <message>
        <source>what must survive</source>
        <translation>was erhalten bleiben muss</translation>
    </message>
    <message>
        <source>teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>pruned student</source>
        <translation>ausgedünnter Schüler</translation>
    </message>
    <message>
        <source>%1, drawn by the %2</source>
        <translation>%1, gezeichnet von: %2</translation>
    </message>
    <message>
        <source>How far the drawing is</source>
        <translation>Fortschritt des Zeichnens</translation>
    </message>
    <message>
        <source>Stop drawing</source>
        <translation>Zeichnen abbrechen</translation>
    </message>
    <message>
        <source>Draw these</source>
        <translation>Diese zeichnen</translation>
    </message>
    <message numerus="yes">
        <source>Drawing %n pictures…</source>
        <translation>
            <numerusform>%n Bild wird gezeichnet…</numerusform>
            <numerusform>%n Bilder werden gezeichnet…</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a teacher on the Model page to see what the concept looks like.</source>
        <translation>Wählen Sie auf der Seite Modell einen Lehrer, um zu sehen, wie das Konzept aussieht.</translation>
    </message>
    <message>
        <source>See whether the models know the concept, what its prompts become, and what is near it.</source>
        <translation>Sehen Sie, ob die Modelle das Konzept kennen, was aus seinen Prompts wird und was ihm nahe ist.</translation>
    </message>
    <message>
        <source>pruned student, edited</source>
        <translation>ausgedünnter Schüler, mit Eingriff</translation>
    </message>
    <message>
        <source>UCE</source>
        <translation>UCE</translation>
    </message>
    <message>
        <source>RECE</source>
        <translation>RECE</translation>
    </message>
    <message>
        <source>Null space</source>
        <translation>Nullraum</translation>
    </message>
    <message>
        <source>Method of the edit</source>
        <translation>Verfahren des Eingriffs</translation>
    </message>
    <message>
        <source>UCE: least squares. RECE: again for what brings the concept back. Null space: nothing changes along what is preserved.</source>
        <translation>UCE: kleinste Quadrate. RECE: noch einmal für das, was das Konzept zurückbringt. Nullraum: entlang dessen, was erhalten bleibt, ändert sich nichts.</translation>
    </message>
    <message>
        <source>An edit of the cross-attention suppresses all concepts in seconds, without training: a first look, or a start for the run.</source>
        <translation>Ein Eingriff in die Cross-Attention unterdrückt alle Konzepte in Sekunden, ohne Training: ein erster Blick oder ein Anfang für den Lauf.</translation>
    </message>
    <message>
        <source>Preview the edit</source>
        <translation>Eingriff ansehen</translation>
    </message>
    <message>
        <source>Start from it</source>
        <translation>Damit anfangen</translation>
    </message>
    <message>
        <source>Writes the edited model into the project and makes it the run&apos;s student</source>
        <translation>Schreibt das veränderte Modell in das Projekt und macht es zum Schüler des Laufs</translation>
    </message>
</context>
<context>
    <name>quell::ConceptEditor</name>
    <message>
        <source>Change the name of %1</source>
        <translation>Namen von %1 ändern</translation>
    </message>
    <message>
        <source>Change the kind of %1</source>
        <translation>Art von %1 ändern</translation>
    </message>
    <message>
        <source>Change the phrase %1</source>
        <translation>Bezeichnung %1 ändern</translation>
    </message>
    <message>
        <source>Change what %1 becomes</source>
        <translation>Anker von %1 ändern</translation>
    </message>
    <message>
        <source>Change the synonyms of %1</source>
        <translation>Synonyme von %1 ändern</translation>
    </message>
    <message>
        <source>Change the neighbours of %1</source>
        <translation>Nachbarn von %1 ändern</translation>
    </message>
    <message>
        <source>Change the weight of %1</source>
        <translation>Gewicht von %1 ändern</translation>
    </message>
    <message>
        <source>“%1” becomes the empty prompt</source>
        <translation>Aus „%1“ wird der leere Prompt</translation>
    </message>
    <message>
        <source>“%1” becomes “%2”</source>
        <translation>Aus „%1“ wird „%2“</translation>
    </message>
    <message>
        <source>N&amp;ame</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Art</translation>
    </message>
    <message>
        <source>&amp;Phrase</source>
        <translation>&amp;Bezeichnung</translation>
    </message>
    <message>
        <source>How prompts and captions name it: “neon”, “Claude Monet”, “rose”</source>
        <translation>Wie Prompts und Beschreibungen es nennen: „neon“, „Claude Monet“, „rose“</translation>
    </message>
    <message>
        <source>&amp;Becomes (anchor)</source>
        <translation>&amp;Wird zu (Anker)</translation>
    </message>
    <message>
        <source>Nothing: the phrase is taken out</source>
        <translation>Nichts: Die Bezeichnung entfällt</translation>
    </message>
    <message>
        <source>What stands in its place in a prompt that has become harmless</source>
        <translation>Was in einem harmlos gewordenen Prompt an seiner Stelle steht</translation>
    </message>
    <message>
        <source>Also &amp;said as</source>
        <translation>Auch &amp;genannt</translation>
    </message>
    <message>
        <source>Add a synonym</source>
        <translation>Synonym hinzufügen</translation>
    </message>
    <message>
        <source>Must sur&amp;vive</source>
        <translation>Bleibt &amp;erhalten</translation>
    </message>
    <message>
        <source>Add a neighbour</source>
        <translation>Nachbarn hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Weight</source>
        <translation>Gewich&amp;t</translation>
    </message>
    <message>
        <source>How much this concept counts beside the others in the upper level</source>
        <translation>Wie viel dieses Konzept neben den anderen in der oberen Ebene zählt</translation>
    </message>
    <message>
        <source>No phrase yet</source>
        <translation>Noch keine Bezeichnung</translation>
    </message>
</context>
<context>
    <name>quell::ConceptModel</name>
    <message>
        <source>taken out</source>
        <translation>entfällt</translation>
    </message>
    <message>
        <source>object</source>
        <translation>Gegenstand</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>unsafe</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Write how prompts name it. Without a phrase nothing can be suppressed.</source>
        <translation>Schreiben Sie, wie Prompts es nennen. Ohne Bezeichnung kann nichts unterdrückt werden.</translation>
    </message>
    <message>
        <source>This is the phrase itself: the prompts would stay as they are. Choose another word, or leave it empty.</source>
        <translation>Das ist die Bezeichnung selbst: Die Prompts blieben, wie sie sind. Wählen Sie ein anderes Wort, oder lassen Sie es leer.</translation>
    </message>
    <message>
        <source>Another concept is called so. Scores could not be told apart.</source>
        <translation>Ein anderes Konzept heißt so. Die Werte wären nicht zu unterscheiden.</translation>
    </message>
    <message>
        <source>“%1” is what is suppressed, so that it cannot survive. Remove it here or from the phrase and its synonyms.</source>
        <translation>„%1“ wird unterdrückt und kann darum nicht erhalten bleiben. Entfernen Sie es hier oder aus Bezeichnung und Synonymen.</translation>
    </message>
    <message>
        <source>“%1” names the concept %2: it would be suppressed, not kept.</source>
        <translation>„%1“ nennt das Konzept %2: Es würde unterdrückt, nicht erhalten.</translation>
    </message>
    <message>
        <source>“%1” names the concept %2: its prompts would not become harmless.</source>
        <translation>„%1“ nennt das Konzept %2: Seine Prompts würden nicht harmlos.</translation>
    </message>
    <message>
        <source>No phrase yet</source>
        <translation>Noch keine Bezeichnung</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <extracomment>kind of a concept and what its prompts become</extracomment>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>%1, %2, weight %3</source>
        <translation>%1, %2, Gewicht %3</translation>
    </message>
    <message>
        <source>attribute</source>
        <translation>Eigenschaft</translation>
    </message>
</context>
<context>
    <name>quell::ConceptsPage</name>
    <message>
        <source>The pictures were not drawn: %1</source>
        <translation>Die Bilder wurden nicht gezeichnet: %1</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Add a concept</source>
        <translation>Konzept hinzufügen</translation>
    </message>
    <message>
        <source>Duplicate the concept</source>
        <translation>Konzept duplizieren</translation>
    </message>
    <message>
        <source>Remove the concept</source>
        <translation>Konzept entfernen</translation>
    </message>
    <message>
        <source>Move the concept up</source>
        <translation>Konzept nach oben</translation>
    </message>
    <message>
        <source>Move the concept down</source>
        <translation>Konzept nach unten</translation>
    </message>
    <message>
        <source>Draw concept, anchor and neighbours</source>
        <translation>Konzept, Anker und Nachbarn zeichnen</translation>
    </message>
    <message>
        <source>Suggest sample prompts</source>
        <translation>Probe-Prompts vorschlagen</translation>
    </message>
    <message>
        <source>No concept yet</source>
        <translation>Noch kein Konzept</translation>
    </message>
    <message>
        <source>A concept is what the student should no longer draw: a style, an object, a person, something unsafe. You say how prompts name it, what they should become, and what is near it and must survive.</source>
        <translation>Ein Konzept ist, was der Schüler nicht mehr zeichnen soll: ein Stil, ein Gegenstand, eine Person, etwas Unsicheres. Sie sagen, wie Prompts es nennen, was aus ihnen werden soll und was ihm nahe ist und erhalten bleiben muss.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>New concept</source>
        <translation>Neues Konzept</translation>
    </message>
    <message>
        <source>Move the concept</source>
        <translation>Konzept verschieben</translation>
    </message>
    <message numerus="yes">
        <source>%n concepts</source>
        <translation>
            <numerusform>%n Konzept</numerusform>
            <numerusform>%n Konzepte</numerusform>
        </translation>
    </message>
    <message>
        <source>Start from the edited student</source>
        <translation>Mit dem veränderten Schüler anfangen</translation>
    </message>
    <message>
        <source>Preview an edit without training</source>
        <translation>Eingriff ohne Training ansehen</translation>
    </message>
    <message>
        <source>The next run starts from the edited model, %1. Undo takes that back.</source>
        <translation>Der nächste Lauf fängt mit dem veränderten Modell an, %1. Rückgängig nimmt das zurück.</translation>
    </message>
</context>
<context>
    <name>quell::DataPage</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Every file that the folder or its metadata names</source>
        <translation>Jede Datei, die der Ordner oder seine Metadaten nennen</translation>
    </message>
    <message>
        <source>Names a concept</source>
        <translation>Nennt ein Konzept</translation>
    </message>
    <message>
        <source>Leaves the lower level: its caption names what is suppressed</source>
        <translation>Verlässt die untere Ebene: Die Beschreibung nennt, was unterdrückt wird</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>Ausgeschlossen</translation>
    </message>
    <message>
        <source>Used by neither level</source>
        <translation>Von keiner Ebene verwendet</translation>
    </message>
    <message>
        <source>No caption</source>
        <translation>Ohne Beschreibung</translation>
    </message>
    <message>
        <source>Excluded until it has a caption</source>
        <translation>Ausgeschlossen, bis es eine Beschreibung hat</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Unlesbar</translation>
    </message>
    <message>
        <source>Excluded: damaged, or not the picture it claims to be</source>
        <translation>Ausgeschlossen: beschädigt oder nicht das Bild, das es zu sein vorgibt</translation>
    </message>
    <message>
        <source>Unknown type</source>
        <translation>Unbekannter Typ</translation>
    </message>
    <message>
        <source>Excluded: no picture that Quell reads</source>
        <translation>Ausgeschlossen: kein Bild, das Quell liest</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlt</translation>
    </message>
    <message>
        <source>Named by metadata or a caption file, but not there</source>
        <translation>Von Metadaten oder einer Beschreibungsdatei genannt, aber nicht da</translation>
    </message>
    <message>
        <source>Outside the folder</source>
        <translation>Außerhalb des Ordners</translation>
    </message>
    <message>
        <source>Named by metadata, but not in this folder: never opened</source>
        <translation>Von Metadaten genannt, aber nicht in diesem Ordner: nie geöffnet</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Smaller than what the model draws: enlarged for it</source>
        <translation>Kleiner, als das Modell zeichnet: wird dafür vergrößert</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Doppelt</translation>
    </message>
    <message>
        <source>Another file holds the same picture</source>
        <translation>Eine andere Datei enthält dasselbe Bild</translation>
    </message>
    <message>
        <source>Comparing files of equal size…</source>
        <translation>Gleich große Dateien werden verglichen…</translation>
    </message>
    <message>
        <source>The caption of %1 was not saved: %2. The picture keeps the old one.</source>
        <translation>Die Beschreibung von %1 wurde nicht gespeichert: %2. Das Bild behält die alte.</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Choose the data folder…</source>
        <translation>Datenordner wählen…</translation>
    </message>
    <message>
        <source>Check every picture</source>
        <translation>Alle Bilder prüfen</translation>
    </message>
    <message>
        <source>Open the data folder</source>
        <translation>Datenordner öffnen</translation>
    </message>
    <message>
        <source>Read the data folder again</source>
        <translation>Datenordner neu lesen</translation>
    </message>
    <message>
        <source>Find in captions</source>
        <translation>In Beschreibungen suchen</translation>
    </message>
    <message>
        <source>Change the caption</source>
        <translation>Beschreibung ändern</translation>
    </message>
    <message>
        <source>Decodes all of them, so that damage shows now and not in the middle of a run</source>
        <translation>Dekodiert alle, damit sich Schäden jetzt zeigen und nicht mitten in einem Lauf</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>How far the work on the data is</source>
        <translation>Fortschritt der Arbeit an den Daten</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>No pictures yet</source>
        <translation>Noch keine Bilder</translation>
    </message>
    <message>
        <source>A run needs pictures with captions of what the model should keep: a folder with a .txt file beside each picture, or with a metadata file. Captions that name a concept are found and kept apart. Drop a folder here or choose one.</source>
        <translation>Ein Lauf braucht Bilder mit Beschreibungen dessen, was das Modell behalten soll: einen Ordner mit einer .txt-Datei neben jedem Bild oder mit einer Metadatendatei. Beschreibungen, die ein Konzept nennen, werden gefunden und getrennt gehalten. Ziehen Sie einen Ordner hierher, oder wählen Sie einen.</translation>
    </message>
    <message>
        <source>Choose a folder of pictures with captions</source>
        <translation>Ordner mit Bildern und Beschreibungen wählen</translation>
    </message>
    <message>
        <source>Choose the data folder</source>
        <translation>Datenordner wählen</translation>
    </message>
    <message>
        <source>Decoding every picture…</source>
        <translation>Alle Bilder werden dekodiert…</translation>
    </message>
    <message>
        <source>Reading the folder…</source>
        <translation>Der Ordner wird gelesen…</translation>
    </message>
    <message>
        <source>Every picture was decoded: none is damaged.</source>
        <translation>Alle Bilder wurden dekodiert: Keines ist beschädigt.</translation>
    </message>
    <message numerus="yes">
        <source>Every picture was decoded: %n of them cannot be read and take no part.</source>
        <translation>
            <numerusform>Alle Bilder wurden dekodiert: %n davon ist unlesbar und nimmt nicht teil.</numerusform>
            <numerusform>Alle Bilder wurden dekodiert: %n davon sind unlesbar und nehmen nicht teil.</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the folder was stopped.</source>
        <translation>Das Lesen des Ordners wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The folder is being read.</source>
        <translation>Der Ordner wird gelesen.</translation>
    </message>
    <message>
        <source>The folder was not read: %1</source>
        <translation>Der Ordner wurde nicht gelesen: %1</translation>
    </message>
    <message>
        <source>No picture of this folder can be used. Look at why they are excluded, or choose another folder.</source>
        <translation>Kein Bild dieses Ordners ist verwendbar. Sehen Sie nach, warum sie ausgeschlossen sind, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>%1 pictures with captions, %2 excluded</source>
        <translation>Bilder mit Beschreibung: %1, ausgeschlossen: %2</translation>
    </message>
    <message>
        <source>%1 name no concept: lower level. %2 name one: suppressed.</source>
        <translation>Ohne Konzept: %1 (untere Ebene). Mit Konzept: %2 (unterdrückt).</translation>
    </message>
    <message>
        <source>%1: named by %2</source>
        <translation>%1: genannt von %2</translation>
    </message>
    <message>
        <source>No picture is like that.</source>
        <translation>So ist kein Bild.</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n Bild</numerusform>
            <numerusform>%n Bilder</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::DatasetModel</name>
    <message>
        <source>no caption</source>
        <translation>ohne Beschreibung</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>unlesbar</translation>
    </message>
    <message>
        <source>unknown type</source>
        <translation>unbekannter Typ</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>outside the folder</source>
        <translation>außerhalb des Ordners</translation>
    </message>
    <message>
        <source>small</source>
        <translation>klein</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>doppelt</translation>
    </message>
</context>
<context>
    <name>quell::DrawingsCard</name>
    <message>
        <source>What they draw now</source>
        <translation>Was sie jetzt zeichnen</translation>
    </message>
    <message>
        <source>the same noise for both</source>
        <translation>gleiches Rauschen für beide</translation>
    </message>
    <message>
        <source>teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>student</source>
        <translation>Schüler</translation>
    </message>
    <message>
        <source>Drawn by the %1</source>
        <translation>Gezeichnet vom %1</translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation>Wird gezeichnet…</translation>
    </message>
    <message>
        <source>The draft has no sample prompts; add some on the Concepts page.</source>
        <translation>Der Entwurf hat keine Probe-Prompts; ergänzen Sie welche auf der Seite Konzepte.</translation>
    </message>
    <message>
        <source>Open a teacher and a student to see what they draw.</source>
        <translation>Öffnen Sie Lehrer und Schüler, um zu sehen, was sie zeichnen.</translation>
    </message>
    <message>
        <source>See what pruning cost: draw the sample prompts with both.</source>
        <translation>Sehen Sie, was das Ausdünnen gekostet hat: Zeichnen Sie die Probe-Prompts mit beiden.</translation>
    </message>
    <message>
        <source>How far the drawing is</source>
        <translation>Fortschritt des Zeichnens</translation>
    </message>
    <message>
        <source>Stop drawing</source>
        <translation>Zeichnen abbrechen</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
</context>
<context>
    <name>quell::EngineBar</name>
    <message>
        <source>Finish the step, write a checkpoint, and stop</source>
        <translation>Schritt beenden, Sicherungspunkt schreiben und anhalten</translation>
    </message>
    <message>
        <source>Stop the run</source>
        <translation>Lauf anhalten</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;at rest&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;ruht&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;not responding&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;antwortet nicht&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;paused&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;pausiert&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;finishing&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;schließt ab&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;starting&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;startet&lt;/b&gt;</translation>
    </message>
    <message>
        <source>engine: &lt;b&gt;running&lt;/b&gt;</source>
        <translation>Engine: &lt;b&gt;läuft&lt;/b&gt;</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>ends at about %1</source>
        <translation>endet gegen %1</translation>
    </message>
    <message>
        <source>Continue the run</source>
        <translation>Lauf weiterführen</translation>
    </message>
    <message>
        <source>Pause after this step</source>
        <translation>Nach diesem Schritt pausieren</translation>
    </message>
</context>
<context>
    <name>quell::EngineClient</name>
    <message>
        <source>it said nothing for %1 s</source>
        <translation>sie meldete sich %1 s lang nicht</translation>
    </message>
    <message>
        <source>no greeting within %1 s, only &quot;%2&quot;</source>
        <translation>keine Begrüßung binnen %1 s, nur „%2“</translation>
    </message>
    <message>
        <source>The engine has ended.</source>
        <translation>Die Engine ist beendet.</translation>
    </message>
    <message>
        <source>it ended before it said what it is</source>
        <translation>sie endete, bevor sie sich vorstellte</translation>
    </message>
    <message>
        <source>a message without a type: &quot;%1&quot;</source>
        <translation>eine Nachricht ohne Typ: „%1“</translation>
    </message>
    <message>
        <source>&quot;%1&quot; before its greeting</source>
        <translation>„%1“ vor der Begrüßung</translation>
    </message>
    <message>
        <source>a greeting without a protocol version</source>
        <translation>eine Begrüßung ohne Protokollversion</translation>
    </message>
    <message>
        <source>the engine is older (protocol %1, here %2): install the engine that came with this program</source>
        <translation>die Engine ist älter (Protokoll %1, hier %2): Installieren Sie die Engine, die zu diesem Programm gehört</translation>
    </message>
    <message>
        <source>this program is older (protocol %2, the engine&apos;s %1): install the newer Quell</source>
        <translation>dieses Programm ist älter (Protokoll %2, das der Engine %1): Installieren Sie das neuere Quell</translation>
    </message>
    <message>
        <source>an event without a number</source>
        <translation>ein Ereignis ohne Nummer</translation>
    </message>
    <message>
        <source>The engine is not connected.</source>
        <translation>Die Engine ist nicht verbunden.</translation>
    </message>
    <message>
        <source>The engine did not answer.</source>
        <translation>Die Engine hat nicht geantwortet.</translation>
    </message>
    <message>
        <source>%1 could not be run (%2)</source>
        <translation>%1 ließ sich nicht ausführen (%2)</translation>
    </message>
    <message>
        <source>Closing the engine</source>
        <translation>Engine wird geschlossen</translation>
    </message>
    <message>
        <source>Giving up the step at hand; up to %1 s</source>
        <translation>Der laufende Schritt wird aufgegeben; bis zu %1 s</translation>
    </message>
    <message>
        <source>Finishing step %1, then a checkpoint; up to %2 s</source>
        <translation>Schritt %1 wird beendet, dann ein Sicherungspunkt; bis zu %2 s</translation>
    </message>
    <message>
        <source>The engine was told to end at once; up to %1 s</source>
        <translation>Die Engine soll sofort enden; bis zu %1 s</translation>
    </message>
    <message>
        <source>The engine is being ended by force</source>
        <translation>Die Engine wird gewaltsam beendet</translation>
    </message>
    <message>
        <source>The engine goes on without this window.</source>
        <translation>Die Engine arbeitet ohne dieses Fenster weiter.</translation>
    </message>
</context>
<context>
    <name>quell::EngineTool</name>
    <message>
        <source>%1 did not finish in time and was ended.</source>
        <translation>%1 wurde nicht rechtzeitig fertig und wurde beendet.</translation>
    </message>
    <message>
        <source>%1 was ended by signal %2.</source>
        <translation>%1 wurde durch Signal %2 beendet.</translation>
    </message>
    <message>
        <source>%1 could not be started: %2.</source>
        <translation>%1 ließ sich nicht starten: %2.</translation>
    </message>
</context>
<context>
    <name>quell::ExportDialog</name>
    <message>
        <source>Export a model</source>
        <translation>Modell exportieren</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>Wie es ist</translation>
    </message>
    <message>
        <source>&amp;Precision</source>
        <translation>&amp;Genauigkeit</translation>
    </message>
    <message>
        <source>Fill what was pruned with &amp;zeros</source>
        <translation>Ausgedünntes mit &amp;Nullen füllen</translation>
    </message>
    <message>
        <source>The same function in the dense shapes: every Stable Diffusion program opens it, but it is no smaller and no faster there.</source>
        <translation>Dieselbe Funktion in den vollen Formen: Jedes Stable-Diffusion-Programm öffnet es, dort ist es aber weder kleiner noch schneller.</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>&amp;Folder to write</source>
        <translation>&amp;Zielordner</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Folder to write</source>
        <translation>Zielordner</translation>
    </message>
    <message>
        <source>⚠ Nothing was written. %1</source>
        <translation>⚠ Nichts wurde geschrieben. %1</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>Abgebrochen. Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>For&amp;mat</source>
        <translation>For&amp;mat</translation>
    </message>
    <message>
        <source>Folder, as diffusers opens it</source>
        <translation>Ordner, wie ihn diffusers öffnet</translation>
    </message>
    <message>
        <source>Single file, as most programs open it</source>
        <translation>Einzelne Datei, wie sie die meisten Programme öffnen</translation>
    </message>
    <message>
        <source>Adapters (LoRA) for diffusers</source>
        <translation>Adapter (LoRA) für diffusers</translation>
    </message>
    <message>
        <source>Adapters (LoRA) for other programs</source>
        <translation>Adapter (LoRA) für andere Programme</translation>
    </message>
    <message>
        <source>&amp;File to write</source>
        <translation>&amp;Zieldatei</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>Zieldatei</translation>
    </message>
</context>
<context>
    <name>quell::FilterChips</name>
    <message>
        <source>%1  %L2</source>
        <extracomment>A filter and how many items it leaves</extracomment>
        <translation>%1  %L2</translation>
    </message>
</context>
<context>
    <name>quell::FurtherPictures</name>
    <message>
        <source>Add pictures</source>
        <translation>Bilder hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>%n made by the teacher</source>
        <translation>
            <numerusform>%n vom Lehrer gemachtes</numerusform>
            <numerusform>%n vom Lehrer gemachte</numerusform>
        </translation>
    </message>
    <message>
        <source>learn and stay with the teacher</source>
        <translation>lernen und beim Lehrer bleiben</translation>
    </message>
    <message>
        <source>learn from them</source>
        <translation>daraus lernen</translation>
    </message>
    <message>
        <source>stay with the teacher</source>
        <translation>beim Lehrer bleiben</translation>
    </message>
    <message>
        <source>Learning from an artist&apos;s pictures, the teacher must not pull back to what it knows; on what is to be retained it should</source>
        <translation>Beim Lernen aus Bildern eines Künstlers darf der Lehrer nicht zu dem zurückziehen, was er kennt; bei dem, was erhalten bleiben soll, soll er es</translation>
    </message>
    <message>
        <source>part </source>
        <translation>Teil </translation>
    </message>
    <message>
        <source>Of every batch, against a part of 1 of the pictures above</source>
        <translation>Jedes Stapels, gegen einen Teil von 1 der Bilder oben</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Change what is learnt from pictures</source>
        <translation>Ändern, was aus Bildern gelernt wird</translation>
    </message>
    <message>
        <source>Change the part of pictures</source>
        <translation>Den Teil von Bildern ändern</translation>
    </message>
    <message>
        <source>Remove pictures</source>
        <translation>Bilder entfernen</translation>
    </message>
    <message>
        <source>Further pictures</source>
        <translation>Weitere Bilder</translation>
    </message>
    <message>
        <source>Pictures made by the teacher</source>
        <translation>Vom Lehrer gemachte Bilder</translation>
    </message>
    <message>
        <source>&amp;Prompts, one a line</source>
        <translation>&amp;Prompts, einer je Zeile</translation>
    </message>
    <message>
        <source>pictures: </source>
        <translation>Bilder: </translation>
    </message>
    <message>
        <source>None. An artist&apos;s own pictures come in here, to be learnt without the teacher&apos;s pull, or pictures that the teacher makes, to be retained.</source>
        <translation>Keine. Hierher kommen die eigenen Bilder eines Künstlers, um ohne den Zug des Lehrers gelernt zu werden, oder Bilder, die der Lehrer macht, damit sie erhalten bleiben.</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Let the teacher make some…</source>
        <translation>Den Lehrer welche machen lassen …</translation>
    </message>
</context>
<context>
    <name>quell::HistoryPage</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All runs of this project</source>
        <translation>Alle Läufe dieses Projekts</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Runs that came to their last step</source>
        <translation>Läufe, die ihren letzten Schritt erreicht haben</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Runs that ended before their last step and can be resumed</source>
        <translation>Läufe, die vor ihrem letzten Schritt endeten und fortgesetzt werden können</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Blur pictures</source>
        <translation>Bilder verbergen</translation>
    </message>
    <message>
        <source>Reveal pictures</source>
        <translation>Bilder aufdecken</translation>
    </message>
    <message>
        <source>Search runs</source>
        <translation>Läufe suchen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
    <message>
        <source>Every run of this project is kept here with its settings, samples and figures: to look at again, to compare, to resume, to repeat with other settings.</source>
        <translation>Hier bleibt jeder Lauf dieses Projekts mit Einstellungen, Proben und Zahlen: um ihn wieder anzusehen, zu vergleichen, fortzusetzen oder mit anderen Einstellungen zu wiederholen.</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>No run fits</source>
        <translation>Kein Lauf passt</translation>
    </message>
    <message>
        <source>No run has this state and these words in its name, concepts, method, tags or notes.</source>
        <translation>Kein Lauf hat diesen Zustand und diese Wörter in Name, Konzepten, Verfahren, Tags oder Notizen.</translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation>Alle Läufe zeigen</translation>
    </message>
    <message>
        <source>Show run</source>
        <translation>Lauf zeigen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Duplicate settings</source>
        <translation>Einstellungen übernehmen</translation>
    </message>
    <message>
        <source>Edit notes and tags…</source>
        <translation>Notizen und Tags bearbeiten…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Show this run on the Run page</source>
        <translation>Diesen Lauf auf der Seite Lauf zeigen</translation>
    </message>
    <message>
        <source>Compare its pictures before and after</source>
        <translation>Seine Bilder vorher und nachher vergleichen</translation>
    </message>
    <message>
        <source>Go on from the newest checkpoint that verifies</source>
        <translation>Ab dem neuesten unversehrten Sicherungspunkt weitermachen</translation>
    </message>
    <message>
        <source>Make its settings those of the next run</source>
        <translation>Seine Einstellungen für den nächsten Lauf übernehmen</translation>
    </message>
    <message>
        <source>Write down what this run showed</source>
        <translation>Aufschreiben, was dieser Lauf gezeigt hat</translation>
    </message>
    <message>
        <source>The pictures show what is suppressed</source>
        <translation>Die Bilder zeigen, was unterdrückt wird</translation>
    </message>
    <message>
        <source>Show the run&apos;s files</source>
        <translation>Dateien des Laufs zeigen</translation>
    </message>
    <message>
        <source>Move the run&apos;s folder to the trash</source>
        <translation>Ordner des Laufs in den Papierkorb verschieben</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>The settings of “%1” could not be read: %2</source>
        <translation>Die Einstellungen von „%1“ waren nicht lesbar: %2</translation>
    </message>
    <message>
        <source>Duplicate settings of “%1”</source>
        <translation>Einstellungen von „%1“ übernehmen</translation>
    </message>
    <message>
        <source>The next run now has the settings of “%1”. Undo takes that back.</source>
        <translation>Der nächste Lauf hat jetzt die Einstellungen von „%1“. Rückgängig nimmt das zurück.</translation>
    </message>
    <message>
        <source>Go to Run</source>
        <translation>Zum Lauf</translation>
    </message>
    <message>
        <source>Take a concept back…</source>
        <translation>Ein Konzept zurücknehmen …</translation>
    </message>
    <message>
        <source>Undo the suppression of one concept in its student</source>
        <translation>Die Unterdrückung eines Konzepts in seinem Schüler rückgängig machen</translation>
    </message>
    <message>
        <source>Take %1 back</source>
        <translation>%1 zurücknehmen</translation>
    </message>
    <message>
        <source>%1 was taken back. The model without its suppression is now the next run&apos;s student.</source>
        <translation>%1 wurde zurückgenommen. Das Modell ohne diese Unterdrückung ist jetzt der Schüler des nächsten Laufs.</translation>
    </message>
    <message>
        <source>Go to Model</source>
        <translation>Zum Modell</translation>
    </message>
</context>
<context>
    <name>quell::InterruptedCard</name>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
</context>
<context>
    <name>quell::KeptBars</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>column, share</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, why nothing</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>row, its cells</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1, %2: %3 of %4 kept</source>
        <translation>%1, %2: %3 von %4 behalten</translation>
    </message>
</context>
<context>
    <name>quell::LowerSettings</name>
    <message>
        <source>Change which pictures the lower level keeps</source>
        <translation>Ändern, welche Bilder die untere Ebene behält</translation>
    </message>
    <message>
        <source>Change mirroring</source>
        <translation>Spiegelung ändern</translation>
    </message>
    <message>
        <source>Change the crop</source>
        <translation>Ausschnitt ändern</translation>
    </message>
    <message>
        <source>Change caption dropout</source>
        <translation>Anteil ohne Beschreibung ändern</translation>
    </message>
    <message>
        <source>Lower level</source>
        <translation>Untere Ebene</translation>
    </message>
    <message>
        <source>what it keeps, and how it sees it</source>
        <translation>was sie behält und wie sie es sieht</translation>
    </message>
    <message>
        <source>&amp;Leave out pictures that name a concept</source>
        <translation>Bilder &amp;weglassen, die ein Konzept nennen</translation>
    </message>
    <message>
        <source>Pictures whose captions name a concept teach it again: left in, the lower level works against the upper one</source>
        <translation>Bilder, deren Beschreibung ein Konzept nennt, lehren es wieder: Mit ihnen arbeitet die untere Ebene gegen die obere</translation>
    </message>
    <message>
        <source>&amp;Mirror pictures at random</source>
        <translation>Bilder zufällig &amp;spiegeln</translation>
    </message>
    <message>
        <source>Switch it off where left and right matter, as in writing</source>
        <translation>Ausschalten, wo links und rechts zählen, etwa bei Schrift</translation>
    </message>
    <message>
        <source>C&amp;rop</source>
        <translation>&amp;Ausschnitt</translation>
    </message>
    <message>
        <source>center</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>Which part of a picture is seen that is not square</source>
        <translation>Welcher Teil eines nicht quadratischen Bildes gesehen wird</translation>
    </message>
    <message>
        <source>Without ca&amp;ption</source>
        <translation>&amp;Ohne Beschreibung</translation>
    </message>
    <message>
        <source> %</source>
        <extracomment>a share in percent, as the suffix of a number</extracomment>
        <translation> %</translation>
    </message>
    <message>
        <source>Share of captions replaced by the empty one, which guidance needs</source>
        <translation>Anteil der Beschreibungen, die durch die leere ersetzt werden; die Guidance braucht das</translation>
    </message>
</context>
<context>
    <name>quell::MachineCard</name>
    <message>
        <source>The engine did not say what this machine has. %1</source>
        <translation>Die Engine hat nicht gesagt, was dieser Rechner hat. %1</translation>
    </message>
    <message>
        <source>Asking the engine…</source>
        <translation>Die Engine wird gefragt…</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n Thread</numerusform>
            <numerusform>%n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>no GPU in use</source>
        <translation>keine GPU genutzt</translation>
    </message>
    <message>
        <source>%1, more than there is</source>
        <translation>%1, mehr als vorhanden</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Both models&apos; weights; what the network computes in between comes on top.</source>
        <translation>Gewichte beider Modelle; was das Netz dazwischen rechnet, kommt hinzu.</translation>
    </message>
    <message>
        <source>draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Memory to %1</source>
        <comment>load, draw or train</comment>
        <translation>Speicher zum %1</translation>
    </message>
    <message>
        <source>Load: the files as they are. Draw: four bytes a parameter. Train: for each parameter of the student&apos;s UNet a master, a bf16 copy, a gradient and two moments for each level, 26 bytes, and the teacher beside it.</source>
        <translation>Laden: die Dateien, wie sie sind. Zeichnen: vier Byte je Parameter. Trainieren: je Parameter des Schüler-UNets ein Hauptwert, eine bf16-Kopie, ein Gradient und zwei Momente für jede Ebene, 26 Byte, dazu der Lehrer.</translation>
    </message>
</context>
<context>
    <name>quell::MainWindow</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Zu %1 gehen</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>Neues Projekt…</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>Projekt öffnen…</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>Befehl suchen oder ausführen</translation>
    </message>
    <message>
        <source>Change theme: system, light, dark</source>
        <translation>Farbschema wechseln: System, hell, dunkel</translation>
    </message>
    <message>
        <source>Change language: English, German</source>
        <translation>Sprache wechseln: Englisch, Deutsch</translation>
    </message>
    <message>
        <source>Show all shortcuts</source>
        <translation>Alle Tastenkürzel zeigen</translation>
    </message>
    <message>
        <source>Open the manual</source>
        <translation>Handbuch öffnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>%1 – Quell</source>
        <translation>%1 – Quell</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>Kein Projekt</translation>
    </message>
    <message>
        <source>Search or run a command    Ctrl+K</source>
        <translation>Befehl suchen oder ausführen    Strg+K</translation>
    </message>
    <message>
        <source>A run is at work in this project. Stop it, or open the other project in a window of its own.</source>
        <translation>In diesem Projekt arbeitet ein Lauf. Halten Sie ihn an, oder öffnen Sie das andere Projekt in einem eigenen Fenster.</translation>
    </message>
    <message>
        <source>The project was not opened: %1</source>
        <translation>Das Projekt wurde nicht geöffnet: %1</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>New project: choose or make an empty folder</source>
        <translation>Neues Projekt: leeren Ordner wählen oder anlegen</translation>
    </message>
    <message>
        <source>The project was not made: %1</source>
        <translation>Das Projekt wurde nicht angelegt: %1</translation>
    </message>
    <message>
        <source>Commands and shortcuts</source>
        <translation>Befehle und Tastenkürzel</translation>
    </message>
    <message>
        <source>The window follows the system&apos;s theme.</source>
        <translation>Das Fenster folgt dem Farbschema des Systems.</translation>
    </message>
    <message>
        <source>The window is light.</source>
        <translation>Das Fenster ist hell.</translation>
    </message>
    <message>
        <source>The window is dark.</source>
        <translation>Das Fenster ist dunkel.</translation>
    </message>
    <message>
        <source>Quell speaks English from its next start on.</source>
        <translation>Quell spricht ab dem nächsten Start Englisch.</translation>
    </message>
    <message>
        <source>Quell speaks German from its next start on.</source>
        <translation>Quell spricht ab dem nächsten Start Deutsch.</translation>
    </message>
    <message>
        <source>A run is at work</source>
        <translation>Ein Lauf arbeitet</translation>
    </message>
    <message>
        <source>What should become of the run?</source>
        <translation>Was soll mit dem Lauf geschehen?</translation>
    </message>
    <message>
        <source>Kept running, it goes on without a window, and the next window follows it again. Stopped, it writes a checkpoint and can be resumed.</source>
        <translation>Weiterlaufend arbeitet er ohne Fenster, und das nächste Fenster folgt ihm wieder. Angehalten schreibt er einen Sicherungspunkt und kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Stop with a checkpoint</source>
        <translation>Mit Sicherungspunkt anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The window closes once the step is finished and the checkpoint written.</source>
        <translation>Das Fenster schließt, sobald der Schritt beendet und der Sicherungspunkt geschrieben ist.</translation>
    </message>
</context>
<context>
    <name>quell::ModelCard</name>
    <message>
        <source>The student cannot be read. %1. Open another model, or mend the file.</source>
        <translation>Der Schüler ist nicht lesbar. %1. Öffnen Sie ein anderes Modell, oder reparieren Sie die Datei.</translation>
    </message>
    <message>
        <source>The teacher cannot be read. %1. Open another model, or mend the file.</source>
        <translation>Der Lehrer ist nicht lesbar. %1. Öffnen Sie ein anderes Modell, oder reparieren Sie die Datei.</translation>
    </message>
    <message>
        <source>Open the student</source>
        <translation>Schüler öffnen</translation>
    </message>
    <message>
        <source>Open the teacher</source>
        <translation>Lehrer öffnen</translation>
    </message>
    <message>
        <source>UNet, pruned</source>
        <translation>UNet, ausgedünnt</translation>
    </message>
    <message>
        <source>UNet, dense</source>
        <translation>UNet, voll</translation>
    </message>
    <message>
        <source>v-prediction</source>
        <translation>v-Vorhersage</translation>
    </message>
    <message>
        <source>noise prediction</source>
        <translation>Rauschvorhersage</translation>
    </message>
    <message>
        <source>No structure record: nothing was cut inside its blocks, or another program cut it.</source>
        <translation>Keine Strukturangabe: In seinen Blöcken wurde nichts geschnitten, oder ein anderes Programm schnitt es.</translation>
    </message>
    <message>
        <source>Structure record found.</source>
        <translation>Strukturangabe gefunden.</translation>
    </message>
    <message>
        <source>Structure record found: made by %1.</source>
        <translation>Strukturangabe gefunden: erstellt von %1.</translation>
    </message>
    <message>
        <source>Reading the weights…</source>
        <translation>Gewichte werden gelesen…</translation>
    </message>
    <message>
        <source>The weights could not be read to their end. %1</source>
        <translation>Die Gewichte ließen sich nicht bis zum Ende lesen. %1</translation>
    </message>
    <message>
        <source>The weights were not read.</source>
        <translation>Die Gewichte wurden nicht gelesen.</translation>
    </message>
    <message>
        <source>%1 % exact zeros</source>
        <translation>%1 % genaue Nullen</translation>
    </message>
    <message>
        <source>%1 % exact zeros · SHA-256 %2</source>
        <translation>%1 % genaue Nullen · SHA-256 %2</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>of %1 parameters in its UNet</source>
        <translation>von %1 Parametern im UNet</translation>
    </message>
    <message>
        <source>parameters in its UNet</source>
        <translation>Parameter im UNet</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>The pruned model to be trained. Open a folder, or drop it here.</source>
        <translation>Das ausgedünnte Modell, das trainiert wird. Öffnen Sie einen Ordner, oder ziehen Sie ihn hierher.</translation>
    </message>
    <message>
        <source>The dense original it learns from. Open a folder, or drop it here.</source>
        <translation>Das volle Original, von dem er lernt. Öffnen Sie einen Ordner, oder ziehen Sie ihn hierher.</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen abbrechen</translation>
    </message>
    <message>
        <source>Read the weights</source>
        <translation>Gewichte lesen</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>Student</source>
        <translation>Schüler</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Weight file…</source>
        <translation>Gewichtsdatei…</translation>
    </message>
    <message>
        <source>Reading the weights</source>
        <translation>Lesen der Gewichte</translation>
    </message>
    <message>
        <source>No UNet that Quell runs was found here. Open a pipeline folder, a folder with a UNet&apos;s config.json and weights, or a single file.</source>
        <translation>Hier wurde kein UNet gefunden, das Quell ausführen kann. Öffnen Sie einen Pipeline-Ordner, einen Ordner mit config.json und Gewichten eines UNets oder eine einzelne Datei.</translation>
    </message>
    <message>
        <source>The teacher must be a whole pipeline: its text encoder and autoencoder serve the student too. Open the pipeline&apos;s folder, the one that holds model_index.json, or a single file that holds all three.</source>
        <translation>Der Lehrer muss eine ganze Pipeline sein: Sein Textencoder und sein Autoencoder dienen auch dem Schüler. Öffnen Sie den Ordner der Pipeline, in dem model_index.json liegt, oder eine einzelne Datei, die alle drei enthält.</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.ckpt *.pt *.pth *.bin)</source>
        <translation>Gewichte (*.safetensors *.ckpt *.pt *.pth *.bin)</translation>
    </message>
    <message>
        <source>⚠ Its blocks cannot be compared with the teacher&apos;s: %1</source>
        <translation>⚠ Seine Blöcke lassen sich nicht mit denen des Lehrers vergleichen: %1</translation>
    </message>
    <message numerus="yes">
        <source>Compared with the teacher at %n places: %1</source>
        <translation>
            <numerusform>Wird an %n Stelle mit dem Lehrer verglichen: %1</numerusform>
            <numerusform>Wird an %n Stellen mit dem Lehrer verglichen: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>The weights decide. %1</source>
        <translation>Die Gewichte entscheiden. %1</translation>
    </message>
    <message>
        <source>Its attentions were cut, and their shapes do not tell how: to fewer heads of the old width, or to as many narrower ones. Most tools remove whole heads. Ask whoever pruned it: a wrong answer makes another model of it.</source>
        <translation>Seine Aufmerksamkeitsschichten wurden beschnitten, und ihre Formen sagen nicht, wie: auf weniger Köpfe der alten Breite oder auf gleich viele schmalere. Die meisten Programme entfernen ganze Köpfe. Fragen Sie, wer es beschnitten hat: Eine falsche Antwort macht ein anderes Modell daraus.</translation>
    </message>
    <message>
        <source>Its resnets were cut, and their shapes do not tell how: to fewer norm groups of the old width, or to as many narrower ones. Most tools remove whole groups. Ask whoever pruned it: a wrong answer makes another model of it.</source>
        <translation>Seine ResNet-Schichten wurden beschnitten, und ihre Formen sagen nicht, wie: auf weniger Normgruppen der alten Breite oder auf gleich viele schmalere. Die meisten Programme entfernen ganze Gruppen. Fragen Sie, wer es beschnitten hat: Eine falsche Antwort macht ein anderes Modell daraus.</translation>
    </message>
    <message>
        <source>Fewer heads</source>
        <translation>Weniger Köpfe</translation>
    </message>
    <message>
        <source>Fewer groups</source>
        <translation>Weniger Gruppen</translation>
    </message>
    <message>
        <source>Narrower heads</source>
        <translation>Schmalere Köpfe</translation>
    </message>
    <message>
        <source>Narrower groups</source>
        <translation>Schmalere Gruppen</translation>
    </message>
    <message>
        <source>Structure record found: read off the shapes of the weights.</source>
        <translation>Strukturangabe gefunden: von den Formen der Gewichte abgelesen.</translation>
    </message>
    <message>
        <source>picture prediction</source>
        <translation>Bildvorhersage</translation>
    </message>
    <message>
        <source>%1 MACs at %2 px</source>
        <translation>%1 MACs bei %2 px</translation>
    </message>
    <message>
        <source>Memory for weights: %1 to load, %2 to draw</source>
        <translation>Speicher der Gewichte: %1 zum Laden, %2 zum Zeichnen</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>Geschrieben von</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>Grundlage</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Eingriff</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>Zurückgenommen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>name and value</comment>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::ModelPage</name>
    <message>
        <source>%1 G</source>
        <comment>thousand million</comment>
        <translation>%1 Mrd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>million</comment>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>The models could not be drawn: %1. What was drawn before stays.</source>
        <translation>Die Modelle konnten nicht zeichnen: %1. Was vorher gezeichnet wurde, bleibt.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Open the student</source>
        <translation>Schüler öffnen</translation>
    </message>
    <message>
        <source>Open the teacher</source>
        <translation>Lehrer öffnen</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>One model is missing: a run needs a student to train and a teacher to learn from.</source>
        <translation>Ein Modell fehlt: Ein Lauf braucht einen Schüler zum Trainieren und einen Lehrer, von dem er lernt.</translation>
    </message>
    <message>
        <source>Open the dense model as the teacher; then open a pruned one as the student, or prune the teacher here.</source>
        <translation>Öffnen Sie das volle Modell als Lehrer; öffnen Sie dann ein ausgedünntes als Schüler, oder dünnen Sie den Lehrer hier aus.</translation>
    </message>
    <message>
        <source>Student of “%1”</source>
        <translation>Schüler von „%1“</translation>
    </message>
    <message>
        <source>The pruned model, before training</source>
        <translation>Das ausgedünnte Modell, vor dem Training</translation>
    </message>
    <message>
        <source>The model was written to %1.</source>
        <translation>Das Modell wurde nach %1 geschrieben.</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Prune the teacher…</source>
        <translation>Lehrer ausdünnen…</translation>
    </message>
    <message>
        <source>Export a model…</source>
        <translation>Modell exportieren…</translation>
    </message>
    <message>
        <source>Draw with teacher and student</source>
        <translation>Mit Lehrer und Schüler zeichnen</translation>
    </message>
    <message>
        <source>Prune here…</source>
        <translation>Hier ausdünnen…</translation>
    </message>
    <message>
        <source>Cuts the teacher to a student, by gates or by blocks</source>
        <translation>Schneidet den Lehrer zum Schüler, nach Gattern oder Blöcken</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Writes a student for other programs</source>
        <translation>Schreibt einen Schüler für andere Programme</translation>
    </message>
    <message>
        <source>Kept, block by block</source>
        <translation>Behalten, Block für Block</translation>
    </message>
    <message>
        <source>against the teacher</source>
        <translation>gegenüber dem Lehrer</translation>
    </message>
    <message>
        <source>What the student keeps of the teacher&apos;s blocks</source>
        <translation>Was der Schüler von den Blöcken des Lehrers behält</translation>
    </message>
    <message>
        <source>no attention here</source>
        <translation>hier keine Attention</translation>
    </message>
    <message>
        <source>heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>feed-forward</source>
        <translation>Feed-forward</translation>
    </message>
    <message>
        <source>resnet channels</source>
        <translation>ResNet-Kanäle</translation>
    </message>
    <message>
        <source>none here</source>
        <translation>hier keine</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Once both models are open: how much of the teacher&apos;s heads, feed-forwards, channels and layers the student keeps.</source>
        <translation>Sobald beide Modelle offen sind: wie viel der Schüler von Köpfen, Feed-forwards, Kanälen und Schichten des Lehrers behält.</translation>
    </message>
</context>
<context>
    <name>quell::PaneChoosers</name>
    <message>
        <source>First</source>
        <translation>Erstes</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>Zweites</translation>
    </message>
    <message>
        <source>Third</source>
        <translation>Drittes</translation>
    </message>
    <message>
        <source>Fourth</source>
        <translation>Viertes</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>place, what it shows</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Add a pane</source>
        <translation>Feld hinzufügen</translation>
    </message>
</context>
<context>
    <name>quell::PictureDetails</name>
    <message>
        <source>&amp;Caption</source>
        <translation>&amp;Beschreibung</translation>
    </message>
    <message>
        <source>Written to a .txt file beside the picture when you leave the field or press Ctrl+Enter; Esc takes the change back</source>
        <translation>Wird in eine .txt-Datei neben dem Bild geschrieben, wenn Sie das Feld verlassen oder Strg+Eingabe drücken; Esc nimmt die Änderung zurück</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures selected</source>
        <translation>
            <numerusform>%n Bild ausgewählt</numerusform>
            <numerusform>%n Bilder ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>No picture selected</source>
        <translation>Kein Bild ausgewählt</translation>
    </message>
    <message>
        <source>Select one of them to see and change its caption.</source>
        <translation>Wählen Sie eines davon, um seine Beschreibung zu sehen und zu ändern.</translation>
    </message>
    <message>
        <source>Select a picture to see it larger, change its caption and learn what the run makes of it.</source>
        <translation>Wählen Sie ein Bild, um es größer zu sehen, seine Beschreibung zu ändern und zu erfahren, was der Lauf daraus macht.</translation>
    </message>
    <message>
        <source>In %1</source>
        <translation>In %1</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 Pixel</translation>
    </message>
    <message>
        <source>Smaller than the %1 pixels that the model draws: it is enlarged and looks soft to it.</source>
        <translation>Kleiner als die %1 Pixel, die das Modell zeichnet: Es wird vergrößert und wirkt darauf weich.</translation>
    </message>
    <message>
        <source>Another file holds the same picture: the run sees it more often than the others.</source>
        <translation>Eine andere Datei enthält dasselbe Bild: Der Lauf sieht es öfter als die anderen.</translation>
    </message>
    <message>
        <source>Excluded: %1. %2</source>
        <translation>Ausgeschlossen: %1. %2</translation>
    </message>
    <message>
        <source>Names %1; the words are marked. It belongs to what is suppressed, not to what is kept.</source>
        <translation>Nennt %1; die Wörter sind markiert. Es gehört zu dem, was unterdrückt wird, nicht zu dem, was bleibt.</translation>
    </message>
    <message>
        <source>Names no concept: it belongs to the lower level, which keeps it.</source>
        <translation>Nennt kein Konzept: Es gehört zur unteren Ebene, die es behält.</translation>
    </message>
</context>
<context>
    <name>quell::PictureStrip</name>
    <message>
        <source>%1. Veiled: click or press Space to see them</source>
        <translation>%1. Verborgen: zum Zeigen klicken oder Leertaste drücken</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>quell::Plot</name>
    <message>
        <source>“%1” could not be written: %2. Choose another place.</source>
        <translation>„%1“ konnte nicht geschrieben werden: %2. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>Logarithmische Skala</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern…</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Bild speichern…</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of the x axis and a value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2 at %3 %4, between %5 and %6</source>
        <comment>curve, last value, name of the x axis, its last place, least, largest</comment>
        <translation>%1: %2 bei %3 %4, zwischen %5 und %6</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Over %1 points</source>
        <translation>Über %1 Punkte</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>Als CSV speichern</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>Kommagetrennte Werte (*.csv)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation>PDF-Dokument (*.pdf)</translation>
    </message>
</context>
<context>
    <name>quell::PromptColumn</name>
    <message>
        <source>Prompts</source>
        <translation>Prompts</translation>
    </message>
    <message>
        <source>Another prompt</source>
        <translation>Anderer Prompt</translation>
    </message>
    <message>
        <source>Cancel drawing</source>
        <translation>Zeichnen abbrechen</translation>
    </message>
    <message>
        <source>Draw with these models</source>
        <translation>Mit diesen Modellen zeichnen</translation>
    </message>
</context>
<context>
    <name>quell::PromptTable</name>
    <message>
        <source>target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>Nachbar</translation>
    </message>
    <message>
        <source>unrelated</source>
        <translation>unbeteiligt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>A target prompt should name a concept: here nothing is suppressed, and its score says nothing.</source>
        <translation>Ein Ziel-Prompt sollte ein Konzept nennen: Hier wird nichts unterdrückt, und sein Wert sagt nichts.</translation>
    </message>
    <message>
        <source>This prompt names a concept and will change: it belongs to the targets.</source>
        <translation>Dieser Prompt nennt ein Konzept und wird sich ändern: Er gehört zu den Zielen.</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>bleibt, wie er ist</translation>
    </message>
    <message>
        <source>the empty prompt</source>
        <translation>der leere Prompt</translation>
    </message>
    <message>
        <source>What the prompts become could not be asked of the engine: %1</source>
        <translation>Was aus den Prompts wird, ließ sich von der Engine nicht erfragen: %1</translation>
    </message>
    <message>
        <source>In these prompts</source>
        <translation>In diesen Prompts</translation>
    </message>
    <message>
        <source>what the upper level makes of them</source>
        <translation>was die obere Ebene daraus macht</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Nennt</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>Wird zu</translation>
    </message>
    <message>
        <source>Prompts, the concepts they name, and what they become</source>
        <translation>Prompts, die Konzepte, die sie nennen, und was aus ihnen wird</translation>
    </message>
</context>
<context>
    <name>quell::PruneDialog</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Prune the teacher</source>
        <translation>Lehrer ausdünnen</translation>
    </message>
    <message>
        <source>Gates, by what the weights contribute</source>
        <translation>Gatter, nach dem Beitrag der Gewichte</translation>
    </message>
    <message>
        <source>Blocks: base (one layer a block)</source>
        <translation>Blöcke: base (eine Schicht je Block)</translation>
    </message>
    <message>
        <source>Blocks: small (base without the middle)</source>
        <translation>Blöcke: small (base ohne die Mitte)</translation>
    </message>
    <message>
        <source>Blocks: tiny (small without the innermost stage)</source>
        <translation>Blöcke: tiny (small ohne die innerste Stufe)</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>&amp;Verfahren</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Multiply-accumulates to keep</source>
        <translation>Zu behaltende MAC-Operationen</translation>
    </message>
    <message>
        <source>Multiply-accumulates to keep, in percent</source>
        <translation>Zu behaltende MAC-Operationen, in Prozent</translation>
    </message>
    <message>
        <source>&amp;Keep of the multiply-accumulates</source>
        <translation>&amp;Behalten von den MAC-Operationen</translation>
    </message>
    <message>
        <source>&amp;Name of the result</source>
        <translation>&amp;Name des Ergebnisses</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Multiply-accumulates kept</source>
        <translation>Behaltene MAC-Operationen</translation>
    </message>
    <message>
        <source>Parameters kept</source>
        <translation>Behaltene Parameter</translation>
    </message>
    <message>
        <source>The plan, block by block</source>
        <translation>Der Plan, Block für Block</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>Ausdünnen</translation>
    </message>
    <message>
        <source>Planning…</source>
        <translation>Wird geplant…</translation>
    </message>
    <message>
        <source>This cannot be done. %1</source>
        <translation>Das geht nicht. %1</translation>
    </message>
    <message>
        <source>Multiply-accumulates %1 → %2 (%3). Parameters %4 → %5 (%6).</source>
        <translation>MAC-Operationen %1 → %2 (%3). Parameter %4 → %5 (%6).</translation>
    </message>
    <message>
        <source>Nothing was written. %1</source>
        <translation>Nichts wurde geschrieben. %1</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>Abgebrochen. Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Gates of an APTP expert (arch_vector.pt)</source>
        <translation>Gatter eines APTP-Experten (arch_vector.pt)</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>&amp;File of the expert</source>
        <translation>&amp;Datei des Experten</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>Where the file holds the weights of a quantizer: which of its experts, from 0 on. An arch_vector.pt is one expert and needs none.</source>
        <translation>Wenn die Datei die Gewichte eines Quantisierers enthält: welcher seiner Experten, von 0 an. Eine arch_vector.pt ist ein einzelner Experte und braucht keine Nummer.</translation>
    </message>
    <message>
        <source>&amp;Expert</source>
        <translation>&amp;Experte</translation>
    </message>
    <message>
        <source>File of the expert</source>
        <translation>Datei des Experten</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.ckpt *.pt *.pth *.bin)</source>
        <translation>Gewichte (*.safetensors *.ckpt *.pt *.pth *.bin)</translation>
    </message>
    <message>
        <source>Choose the file of the expert.</source>
        <translation>Wähle die Datei des Experten.</translation>
    </message>
</context>
<context>
    <name>quell::QueueCard</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n Schritt</numerusform>
            <numerusform>%n Schritte</numerusform>
        </translation>
    </message>
    <message>
        <source>%1.  %2 · %3</source>
        <extracomment>A run that waits: its place in the queue, name, concepts, steps</extracomment>
        <translation>%1.  %2 · %3</translation>
    </message>
    <message>
        <source>%1.  %2 · %3 · %4</source>
        <translation>%1.  %2 · %3 · %4</translation>
    </message>
    <message>
        <source>Continue the queue</source>
        <translation>Warteschlange weiterführen</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange pausieren</translation>
    </message>
    <message>
        <source>Paused: nothing starts by itself.</source>
        <translation>Pausiert: Nichts beginnt von selbst.</translation>
    </message>
    <message>
        <source>One after the other, as soon as the run at work has ended.</source>
        <translation>Nacheinander, sobald der arbeitende Lauf beendet ist.</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Runs that wait</source>
        <translation>Wartende Läufe</translation>
    </message>
    <message>
        <source>Start earlier</source>
        <translation>Früher starten</translation>
    </message>
    <message>
        <source>Start later</source>
        <translation>Später starten</translation>
    </message>
    <message>
        <source>Take out of the queue</source>
        <translation>Aus der Warteschlange nehmen</translation>
    </message>
</context>
<context>
    <name>quell::QuickSettings</name>
    <message>
        <source>Change the preset</source>
        <translation>Voreinstellung ändern</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>about %1 of training, at %2 s a step as in the run shown; samples and scores come on top</source>
        <translation>etwa %1 Training, bei %2 s je Schritt wie im gezeigten Lauf; Proben und Werte kommen hinzu</translation>
    </message>
    <message>
        <source>The first steps will tell how long it takes.</source>
        <translation>Die ersten Schritte zeigen, wie lange es dauert.</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Settings that belong together; what you set yourself stays</source>
        <translation>Einstellungen, die zusammengehören; was Sie selbst gesetzt haben, bleibt</translation>
    </message>
    <message>
        <source>Next run</source>
        <translation>Nächster Lauf</translation>
    </message>
</context>
<context>
    <name>quell::Rail</name>
    <message>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>braucht Sie</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>quell::RunController</name>
    <message>
        <source>Another run is at work. It goes on; stop it first, or put this one into the queue.</source>
        <translation>Ein anderer Lauf arbeitet. Er geht weiter; halten Sie ihn erst an, oder stellen Sie diesen in die Warteschlange.</translation>
    </message>
    <message>
        <source>The engine ended before the run was complete.</source>
        <translation>Die Engine endete, bevor der Lauf fertig war.</translation>
    </message>
    <message>
        <source>All %1 steps of this run are done; there is nothing to resume.</source>
        <translation>Alle %1 Schritte dieses Laufs sind getan; es gibt nichts fortzusetzen.</translation>
    </message>
    <message>
        <source>Stopping now; the step at hand is given up</source>
        <translation>Hält sofort an; der laufende Schritt wird aufgegeben</translation>
    </message>
    <message>
        <source>Stopping after this step; about %1 s</source>
        <translation>Hält nach diesem Schritt an; etwa %1 s</translation>
    </message>
    <message>
        <source>Stopping after this step</source>
        <translation>Hält nach diesem Schritt an</translation>
    </message>
    <message>
        <source>Letting the run go on by itself</source>
        <translation>Der Lauf geht allein weiter</translation>
    </message>
    <message>
        <source>Connecting to the engine</source>
        <translation>Verbindet mit der Engine</translation>
    </message>
    <message>
        <source>Preparing the run</source>
        <translation>Bereitet den Lauf vor</translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>Startet die Engine</translation>
    </message>
    <message>
        <source>Pausing after this step; about %1 s</source>
        <translation>Pausiert nach diesem Schritt; etwa %1 s</translation>
    </message>
    <message>
        <source>Pausing after this step</source>
        <translation>Pausiert nach diesem Schritt</translation>
    </message>
    <message>
        <source>Going on</source>
        <translation>Geht weiter</translation>
    </message>
    <message>
        <source>Drawing samples after this step; about %1 s</source>
        <translation>Zeichnet Proben nach diesem Schritt; etwa %1 s</translation>
    </message>
    <message>
        <source>Drawing samples after this step</source>
        <translation>Zeichnet Proben nach diesem Schritt</translation>
    </message>
    <message>
        <source>Writing a checkpoint after this step; about %1 s</source>
        <translation>Schreibt nach diesem Schritt einen Sicherungspunkt; etwa %1 s</translation>
    </message>
    <message>
        <source>Writing a checkpoint after this step</source>
        <translation>Schreibt nach diesem Schritt einen Sicherungspunkt</translation>
    </message>
    <message>
        <source>Scoring the run</source>
        <translation>Bewertet den Lauf</translation>
    </message>
</context>
<context>
    <name>quell::RunControls</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Add to the queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Resume from step %1</source>
        <translation>Ab Schritt %1 fortsetzen</translation>
    </message>
    <message numerus="yes">
        <source>Stop now, lose %n step(s)</source>
        <translation>
            <numerusform>Sofort anhalten, %n Schritt verlieren</numerusform>
            <numerusform>Sofort anhalten, %n Schritte verlieren</numerusform>
        </translation>
    </message>
    <message>
        <source>the engine does not respond</source>
        <translation>die Engine antwortet nicht</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>%1 s a step</source>
        <translation>%1 s je Schritt</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>ends ≈ %1</source>
        <translation>endet ≈ %1</translation>
    </message>
    <message>
        <source>%1, peak %2</source>
        <comment>memory</comment>
        <translation>%1, höchstens %2</translation>
    </message>
    <message>
        <source>Draw prompts of your own</source>
        <translation>Eigene Prompts zeichnen</translation>
    </message>
    <message>
        <source>One prompt a line. The student as it is draws them after this step, from the run&apos;s own noise.</source>
        <translation>Ein Prompt je Zeile. Der Schüler zeichnet sie nach diesem Schritt, wie er dann ist, aus dem Rauschen des Laufs.</translation>
    </message>
    <message>
        <source>Prompts, one a line</source>
        <translation>Prompts, einer je Zeile</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Draw and score teacher, reference and student on the same prompts</source>
        <translation>Lehrer, Referenz und Schüler zu denselben Prompts zeichnen und bewerten</translation>
    </message>
    <message>
        <source>Sample now: the run&apos;s own prompts</source>
        <translation>Jetzt Proben zeichnen: die Prompts des Laufs</translation>
    </message>
    <message>
        <source>Sample now: prompts of your own…</source>
        <translation>Jetzt Proben zeichnen: eigene Prompts…</translation>
    </message>
    <message>
        <source>Checkpoint now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Stop: finish the step and write a checkpoint (recommended)</source>
        <translation>Anhalten: Schritt beenden und Sicherungspunkt schreiben (empfohlen)</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>Sofort anhalten</translation>
    </message>
    <message>
        <source>Do not wait: end the engine</source>
        <translation>Nicht warten: Engine beenden</translation>
    </message>
    <message>
        <source>Sample now</source>
        <translation>Jetzt Probe zeichnen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>quell::RunDialogs</name>
    <message>
        <source>Notes on “%1”</source>
        <translation>Notizen zu „%1“</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation>&amp;Tags</translation>
    </message>
    <message>
        <source>&amp;Notes</source>
        <translation>&amp;Notizen</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Delete run</source>
        <translation>Lauf löschen</translation>
    </message>
    <message>
        <source>Move “%1” to the trash?</source>
        <translation>„%1“ in den Papierkorb verschieben?</translation>
    </message>
    <message>
        <source>Its checkpoints, samples and trained student (%1) go with it. Until the trash is emptied they can be restored from there.</source>
        <translation>Seine Sicherungspunkte, Proben und der trainierte Schüler (%1) gehen mit. Bis der Papierkorb geleert wird, lassen sie sich von dort wiederherstellen.</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Why it was interrupted</source>
        <translation>Warum er unterbrochen wurde</translation>
    </message>
    <message>
        <source>The engine of “%1” ended without saying so.</source>
        <translation>Die Engine von „%1“ endete, ohne es zu melden.</translation>
    </message>
    <message>
        <source>It was killed, ran out of memory, or the machine went off. What checkpoints hold is not lost.</source>
        <translation>Sie wurde beendet, hatte keinen Speicher mehr, oder der Rechner ging aus. Was in Sicherungspunkten steht, ist nicht verloren.</translation>
    </message>
    <message>
        <source>%1

The last line of its log: %2</source>
        <translation>%1

Die letzte Zeile ihres Protokolls: %2</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>quell::RunDifferences</name>
    <message>
        <source>What differs between the runs</source>
        <translation>Worin sich die Läufe unterscheiden</translation>
    </message>
    <message numerus="yes">
        <source>What differs between the runs: %n setting(s)</source>
        <translation>
            <numerusform>Unterschied der Läufe: %n Einstellung</numerusform>
            <numerusform>Unterschied der Läufe: %n Einstellungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
</context>
<context>
    <name>quell::RunIndex</name>
    <message>
        <source>The index of runs was written by a newer Quell and stays as it is; this version uses %1 beside it. Runs, tags and notes are all there: they lie in the run folders.</source>
        <translation>Das Verzeichnis der Läufe wurde von einem neueren Quell geschrieben und bleibt, wie es ist; diese Version nutzt %1 daneben. Läufe, Tags und Notizen sind alle da: Sie liegen in den Ordnern der Läufe.</translation>
    </message>
    <message>
        <source>The index of runs was damaged. It was moved to %1 and made again from the run folders; nothing is lost.</source>
        <translation>Das Verzeichnis der Läufe war beschädigt. Es wurde nach %1 verschoben und aus den Ordnern der Läufe neu angelegt; nichts ist verloren.</translation>
    </message>
    <message>
        <source>The index of runs cannot be written: %1. History works, but all run folders are read again at every start. Make room, or check the folder&apos;s permissions.</source>
        <translation>Das Verzeichnis der Läufe kann nicht geschrieben werden: %1. Der Verlauf funktioniert, aber bei jedem Start werden alle Ordner der Läufe neu gelesen. Schaffen Sie Platz, oder prüfen Sie die Rechte des Ordners.</translation>
    </message>
</context>
<context>
    <name>quell::RunPage</name>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>Suppress %1</source>
        <translation>%1 unterdrücken</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>suppress the concept</source>
        <translation>das Konzept unterdrücken</translation>
    </message>
    <message>
        <source>switched off: nothing is suppressed</source>
        <translation>ausgeschaltet: Nichts wird unterdrückt</translation>
    </message>
    <message numerus="yes">
        <source>%n note(s)</source>
        <translation>
            <numerusform>%n Hinweis</numerusform>
            <numerusform>%n Hinweise</numerusform>
        </translation>
    </message>
    <message>
        <source>differs from preset: %1</source>
        <translation>anders als Voreinstellung: %1</translation>
    </message>
    <message>
        <source>Open a project to make a run.</source>
        <translation>Öffnen Sie ein Projekt, um einen Lauf anzulegen.</translation>
    </message>
    <message>
        <source>The run has no teacher yet; choose one on the Model page.</source>
        <translation>Der Lauf hat noch keinen Lehrer; wählen Sie einen auf der Seite Modell.</translation>
    </message>
    <message>
        <source>The run has no student yet; choose or prune one on the Model page.</source>
        <translation>Der Lauf hat noch keinen Schüler; wählen Sie einen auf der Seite Modell, oder dünnen Sie dort einen aus.</translation>
    </message>
    <message>
        <source>The run has no pictures yet; choose a folder on the Data page.</source>
        <translation>Der Lauf hat noch keine Bilder; wählen Sie einen Ordner auf der Seite Daten.</translation>
    </message>
    <message>
        <source>The upper level has nothing to suppress; add a concept, or switch “suppress” off under Advanced.</source>
        <translation>Die obere Ebene hat nichts zu unterdrücken; fügen Sie ein Konzept hinzu, oder schalten Sie „unterdrücken“ unter Erweitert aus.</translation>
    </message>
    <message>
        <source>The run failed: %1</source>
        <translation>Der Lauf ist gescheitert: %1</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset %1 to %2</source>
        <translation>%1 auf %2 zurücksetzen</translation>
    </message>
    <message>
        <source>%1, preset %2</source>
        <translation>%1, Voreinstellung %2</translation>
    </message>
    <message>
        <source>Simple</source>
        <translation>Einfach</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>All settings of the next run</source>
        <translation>Alle Einstellungen des nächsten Laufs</translation>
    </message>
    <message>
        <source>Settings of the draft that are not the preset&apos;s</source>
        <translation>Einstellungen des Entwurfs, die nicht die der Voreinstellung sind</translation>
    </message>
    <message>
        <source>What the engine found in the data</source>
        <translation>Was die Engine in den Daten fand</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Switch between Simple and Advanced</source>
        <translation>Zwischen Einfach und Erweitert wechseln</translation>
    </message>
    <message>
        <source>Save the losses as CSV…</source>
        <translation>Verluste als CSV speichern…</translation>
    </message>
    <message>
        <source>Save a picture of the losses…</source>
        <translation>Bild der Verluste speichern…</translation>
    </message>
</context>
<context>
    <name>quell::RunPlots</name>
    <message>
        <source>Lower level</source>
        <translation>Untere Ebene</translation>
    </message>
    <message>
        <source>fine-tune: stay close to the teacher</source>
        <translation>nachtrainieren: nah am Lehrer bleiben</translation>
    </message>
    <message>
        <source>Upper level</source>
        <translation>Obere Ebene</translation>
    </message>
    <message>
        <source>Losses of the lower level over steps</source>
        <translation>Verluste der unteren Ebene über die Schritte</translation>
    </message>
    <message>
        <source>Losses of the upper level over steps</source>
        <translation>Verluste der oberen Ebene über die Schritte</translation>
    </message>
    <message>
        <source>The loss of each step will be drawn here.</source>
        <translation>Hier erscheint der Verlust jedes Schritts.</translation>
    </message>
    <message>
        <source>The loss of each upper step will be drawn here.</source>
        <translation>Hier erscheint der Verlust jedes oberen Schritts.</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Curves, scale and export: %1</source>
        <translation>Kurven, Skala und Export: %1</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>diffusion</source>
        <translation>Diffusion</translation>
    </message>
    <message>
        <source>output distillation</source>
        <translation>Ausgabe-Destillation</translation>
    </message>
    <message>
        <source>feature distillation</source>
        <translation>Merkmals-Destillation</translation>
    </message>
    <message>
        <source>loss on the probe batch</source>
        <translation>Verlust auf dem Messstapel</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>loss at each upper step</source>
        <translation>Verlust je oberem Schritt</translation>
    </message>
    <message>
        <source>gradient angle, degrees</source>
        <translation>Gradientenwinkel, Grad</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>weight of the lower level</source>
        <translation>Gewicht der unteren Ebene</translation>
    </message>
    <message>
        <source>gap to the copy</source>
        <translation>Abstand zur Kopie</translation>
    </message>
</context>
<context>
    <name>quell::RunQueue</name>
    <message>
        <source>The queue was not saved: %1. It is kept while this window is open.</source>
        <translation>Die Warteschlange wurde nicht gespeichert: %1. Sie bleibt, solange dieses Fenster offen ist.</translation>
    </message>
</context>
<context>
    <name>quell::RunRow</name>
    <message>
        <source>%1 · %2</source>
        <extracomment>The state of a run, then the concepts it suppresses</extracomment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>quell::RunStore</name>
    <message>
        <source>Tags and notes were not saved: %1</source>
        <translation>Tags und Notizen wurden nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>An engine is at work on %1; nothing was deleted. Stop the run first.</source>
        <translation>An %1 arbeitet eine Engine; nichts wurde gelöscht. Halten Sie zuerst den Lauf an.</translation>
    </message>
    <message>
        <source>%1 could not be moved to the trash: %2. Nothing was deleted.</source>
        <translation>%1 ließ sich nicht in den Papierkorb verschieben: %2. Nichts wurde gelöscht.</translation>
    </message>
    <message>
        <source>The index of runs could not be brought up to date: %1. It is made again at the next start.</source>
        <translation>Das Verzeichnis der Läufe ließ sich nicht auf den neuesten Stand bringen: %1. Es wird beim nächsten Start neu angelegt.</translation>
    </message>
    <message>
        <source>%1 is not a project: it has no project.json</source>
        <translation>%1 ist kein Projekt: project.json fehlt</translation>
    </message>
    <message numerus="yes">
        <source>%1: made again from %n run folder(s)</source>
        <translation>
            <numerusform>%1: aus dem Ordner von %n Lauf neu angelegt</numerusform>
            <numerusform>%1: aus den Ordnern von %n Läufen neu angelegt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::RunTable</name>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>before and after: the first prompt by the reference (or the pruned model) and by the student</source>
        <translation>vorher und nachher: der erste Prompt von der Referenz (oder dem ausgedünnten Modell) und vom Schüler</translation>
    </message>
    <message>
        <source>%1 at step %L2 of %L3</source>
        <translation>%1 bei Schritt %L2 von %L3</translation>
    </message>
    <message>
        <source>suppresses %1</source>
        <translation>unterdrückt %1</translation>
    </message>
    <message>
        <source>tags: %1</source>
        <translation>Tags: %1</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>Vorher und nachher</translation>
    </message>
    <message>
        <source>run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How often the concept is no longer recognised where prompts name it</source>
        <translation>Wie oft das Konzept nicht mehr erkannt wird, wo Prompts es nennen</translation>
    </message>
    <message>
        <source>suppressed</source>
        <translation>unterdrückt</translation>
    </message>
    <message>
        <source>How often other styles or objects are still recognised</source>
        <translation>Wie oft andere Stile oder Gegenstände noch erkannt werden</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>erhalten</translation>
    </message>
    <message>
        <source>How often the object is still recognised where prompts name the suppressed style</source>
        <translation>Wie oft der Gegenstand noch erkannt wird, wo Prompts den unterdrückten Stil nennen</translation>
    </message>
    <message>
        <source>in the prompt</source>
        <translation>im Prompt</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>when</source>
        <translation>wann</translation>
    </message>
</context>
<context>
    <name>quell::RunTexts</name>
    <message>
        <source>not started</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>bilevel, alternating</source>
        <translation>zwei Ebenen, abwechselnd</translation>
    </message>
    <message>
        <source>bilevel, penalty</source>
        <translation>zwei Ebenen, Strafterm</translation>
    </message>
    <message>
        <source>fine-tuning only</source>
        <translation>nur Nachtraining</translation>
    </message>
    <message>
        <source>%1 % ± %2</source>
        <extracomment>A share with half its 95 % interval: 93 % ± 4</extracomment>
        <translation>%1 % ± %2</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>gestern %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>weekday and time</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Resume from %L1</source>
        <translation>Ab %L1 fortsetzen</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>“%1” was interrupted at step %L2 of %L3, before its first checkpoint. It can start over in the same folder.</source>
        <translation>„%1“ wurde bei Schritt %L2 von %L3 unterbrochen, vor dem ersten Sicherungspunkt. Der Lauf kann im selben Ordner neu beginnen.</translation>
    </message>
    <message>
        <source>“%1” was interrupted at step %L2 of %L3. Its checkpoint holds all of it.</source>
        <translation>„%1“ wurde bei Schritt %L2 von %L3 unterbrochen. Der Sicherungspunkt enthält alles.</translation>
    </message>
    <message>
        <source>“%1” was interrupted at step %L2 of %L3. The checkpoint of step %L4 is there; what came after it is done again.</source>
        <translation>„%1“ wurde bei Schritt %L2 von %L3 unterbrochen. Der Sicherungspunkt von Schritt %L4 ist da; was danach kam, wird wiederholt.</translation>
    </message>
    <message>
        <source>bilevel, weighted sum</source>
        <translation>zwei Ebenen, gewichtete Summe</translation>
    </message>
    <message>
        <source>bilevel, V-PBGD</source>
        <translation>zwei Ebenen, V-PBGD</translation>
    </message>
    <message>
        <source>bilevel, BOME</source>
        <translation>zwei Ebenen, BOME</translation>
    </message>
    <message>
        <source>bilevel, F2SA</source>
        <translation>zwei Ebenen, F2SA</translation>
    </message>
    <message>
        <source>bilevel, by the gradients&apos; angle</source>
        <translation>zwei Ebenen, nach dem Winkel der Gradienten</translation>
    </message>
    <message>
        <source>fine-tuning, then suppression</source>
        <translation>Nachtraining, dann Unterdrückung</translation>
    </message>
</context>
<context>
    <name>quell::SampleGrid</name>
    <message>
        <source>not drawn</source>
        <translation>nicht gezeichnet</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>%1 (%2), %3: %4</source>
        <comment>prompt, group, column, what is there</comment>
        <translation>%1 (%2), %3: %4</translation>
    </message>
</context>
<context>
    <name>quell::SamplePromptEditor</name>
    <message>
        <source>Change the sample prompts</source>
        <translation>Probe-Prompts ändern</translation>
    </message>
    <message>
        <source>Add suggested prompts</source>
        <translation>Vorgeschlagene Prompts hinzufügen</translation>
    </message>
    <message>
        <source>Sample prompts</source>
        <translation>Probe-Prompts</translation>
    </message>
    <message>
        <source>what a run draws while it learns, one a line</source>
        <translation>was ein Lauf beim Lernen zeichnet, einer je Zeile</translation>
    </message>
    <message>
        <source>Add suggestions</source>
        <translation>Vorschläge hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Target: the concept shows</source>
        <translation>&amp;Ziel: das Konzept erscheint</translation>
    </message>
    <message>
        <source>N&amp;eighbour: must survive</source>
        <translation>Na&amp;chbar: muss erhalten bleiben</translation>
    </message>
    <message>
        <source>&amp;Unrelated: must stay</source>
        <translation>&amp;Unbeteiligt: muss bleiben</translation>
    </message>
</context>
<context>
    <name>quell::SamplesCard</name>
    <message>
        <source>teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>filtered</source>
        <translation>gefiltert</translation>
    </message>
    <message>
        <source>asked for</source>
        <translation>angefragt</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>Nachbar</translation>
    </message>
    <message>
        <source>unrelated</source>
        <translation>unbeteiligt</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>same noise at every step</source>
        <translation>gleiches Rauschen in jedem Schritt</translation>
    </message>
    <message>
        <source>Beside</source>
        <translation>Daneben</translation>
    </message>
    <message>
        <source>Models whose pictures stay in sight beside the student&apos;s</source>
        <translation>Modelle, deren Bilder neben denen des Schülers sichtbar bleiben</translation>
    </message>
    <message>
        <source>Models beside the student</source>
        <translation>Modelle neben dem Schüler</translation>
    </message>
    <message>
        <source>Samples by prompt and step</source>
        <translation>Proben nach Prompt und Schritt</translation>
    </message>
    <message>
        <source>The student&apos;s pictures for the sample prompts will be shown here, from step 0 on.</source>
        <translation>Hier erscheinen ab Schritt 0 die Bilder des Schülers zu den Probe-Prompts.</translation>
    </message>
</context>
<context>
    <name>quell::ScoreRow</name>
    <message>
        <source>suppressed</source>
        <translation>unterdrückt</translation>
    </message>
    <message>
        <source>Share of the pictures for the concept&apos;s prompts in which the concept is not recognised, with its 95 % interval.</source>
        <translation>Anteil der Bilder zu den Prompts des Konzepts, in denen es nicht erkannt wird, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>erhalten</translation>
    </message>
    <message>
        <source>Share of the other pictures in which what they should show is still recognised, with its 95 % interval.</source>
        <translation>Anteil der anderen Bilder, in denen noch erkannt wird, was sie zeigen sollen, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>in the prompt</source>
        <translation>im Prompt</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Lower loss on one frozen batch, less the reference&apos;s on the same batch: what suppression costs so far.</source>
        <translation>Unterer Verlust auf einem festen Stapel, minus dem der Referenz auf demselben: was die Unterdrückung bisher kostet.</translation>
    </message>
    <message>
        <source>gradient angle</source>
        <translation>Gradientenwinkel</translation>
    </message>
    <message>
        <source>Between both levels&apos; gradients at the same weights. Above 90° the levels pull against each other.</source>
        <translation>Zwischen den Gradienten beider Ebenen bei denselben Gewichten. Über 90° ziehen die Ebenen gegeneinander.</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>± %1</source>
        <translation>± %1</translation>
    </message>
    <message>
        <source>%1: %2 percent, between %3 and %4</source>
        <translation>%1: %2 Prozent, zwischen %3 und %4</translation>
    </message>
    <message>
        <source>%1: not measured yet</source>
        <translation>%1: noch nicht gemessen</translation>
    </message>
    <message>
        <source>reference %1</source>
        <translation>Referenz %1</translation>
    </message>
    <message>
        <source>%1°</source>
        <translation>%1°</translation>
    </message>
    <message>
        <source>How often the object is still recognised where prompts name the suppressed style, with its 95 % interval.</source>
        <translation>Wie oft der Gegenstand noch erkannt wird, wo Prompts den unterdrückten Stil nennen, mit dem 95-%-Intervall.</translation>
    </message>
</context>
<context>
    <name>quell::StepSlider</name>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Step of the samples</source>
        <translation>Schritt der Proben</translation>
    </message>
    <message>
        <source>Step of the samples: %1</source>
        <translation>Schritt der Proben: %1</translation>
    </message>
</context>
<context>
    <name>quell::StepStrip</name>
    <message>
        <source>Steps of the student</source>
        <translation>Schritte des Schülers</translation>
    </message>
    <message>
        <source>← → move through the run</source>
        <translation>← → gehen durch den Lauf</translation>
    </message>
</context>
<context>
    <name>quell::Studio</name>
    <message>
        <source>is open in another window of Quell; go on there, or close it first</source>
        <translation>ist in einem anderen Fenster von Quell offen; arbeiten Sie dort weiter, oder schließen Sie es zuerst</translation>
    </message>
    <message>
        <source>Starter</source>
        <translation>Startprojekt</translation>
    </message>
    <message>
        <source>The run waits in the queue; it starts when the one at work has ended.</source>
        <translation>Der Lauf wartet in der Warteschlange; er beginnt, wenn der arbeitende beendet ist.</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Warteschlange zeigen</translation>
    </message>
    <message>
        <source>“%1” went on while the window was closed; this window follows it again.</source>
        <translation>„%1“ lief weiter, während das Fenster geschlossen war; dieses Fenster folgt ihm wieder.</translation>
    </message>
</context>
<context>
    <name>quell::TagEditor</name>
    <message>
        <source>Enter or a comma adds, Backspace removes the last, the left arrow goes to those written</source>
        <translation>Eingabe oder Komma fügt hinzu, Rücktaste entfernt das letzte, Pfeil nach links geht zu den geschriebenen</translation>
    </message>
    <message>
        <source>Delete removes it</source>
        <translation>Entf entfernt es</translation>
    </message>
    <message>
        <source>%1 (Delete removes it)</source>
        <translation>%1 (Entf entfernt es)</translation>
    </message>
</context>
<context>
    <name>quell::TakeBackDialog</name>
    <message>
        <source>Take a concept back</source>
        <translation>Ein Konzept zurücknehmen</translation>
    </message>
    <message>
        <source>What was suppressed on the way to this student. Taking a concept back undoes all that its run changed in the weights, its fine-tuning too; what later runs changed stays. The result is a model of its own and becomes the next run&apos;s student.</source>
        <translation>Was auf dem Weg zu diesem Schüler unterdrückt wurde. Wird ein Konzept zurückgenommen, so geht alles zurück, was sein Lauf an den Gewichten geändert hat, auch sein Nachtraining; was spätere Läufe geändert haben, bleibt. Das Ergebnis ist ein eigenes Modell und wird der Schüler des nächsten Laufs.</translation>
    </message>
    <message>
        <source>Concept</source>
        <translation>Konzept</translation>
    </message>
    <message>
        <source>Suppressed by</source>
        <translation>Unterdrückt von</translation>
    </message>
    <message>
        <source>Can be taken back</source>
        <translation>Kann zurückgenommen werden</translation>
    </message>
    <message>
        <source>Concepts that this student suppresses</source>
        <translation>Konzepte, die dieser Schüler unterdrückt</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no: its run suppressed others too</source>
        <translation>nein: sein Lauf hat auch andere unterdrückt</translation>
    </message>
    <message>
        <source>Nothing was suppressed: these runs only fine-tuned.</source>
        <translation>Nichts wurde unterdrückt: Diese Läufe haben nur nachtrainiert.</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
</context>
<context>
    <name>quell::TrainingMemory</name>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>To train</source>
        <translation>Zum Trainieren</translation>
    </message>
    <message>
        <source>To train: %1 to %2</source>
        <translation>Zum Trainieren: %1 bis %2</translation>
    </message>
    <message>
        <source>By what is trained, and in which precision</source>
        <translation>Je nachdem, was trainiert wird, und in welcher Genauigkeit</translation>
    </message>
    <message>
        <source>Its UNet, gradients, and AdamW&apos;s moments for both levels; adapters of rank 8. The teacher and what the network computes in between come on top: quell-engine estimate tells a run&apos;s whole.</source>
        <translation>Sein UNet, Gradienten und AdamWs Momente beider Ebenen; Adapter vom Rang 8. Lehrer und Zwischenergebnisse kommen dazu: quell-engine estimate nennt das Ganze eines Laufs.</translation>
    </message>
</context>
<context>
    <name>quell::ViewActions</name>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Next way of comparing</source>
        <translation>Nächste Ansicht</translation>
    </message>
    <message>
        <source>Compare under a slider</source>
        <translation>Mit Schieber vergleichen</translation>
    </message>
    <message>
        <source>Compare side by side</source>
        <translation>Nebeneinander vergleichen</translation>
    </message>
    <message>
        <source>Compare by blinking</source>
        <translation>Im Wechsel vergleichen</translation>
    </message>
    <message>
        <source>Show the difference</source>
        <translation>Unterschied zeigen</translation>
    </message>
    <message>
        <source>Swap the first two</source>
        <translation>Die ersten beiden tauschen</translation>
    </message>
    <message>
        <source>Show the first alone</source>
        <translation>Nur das erste zeigen</translation>
    </message>
    <message>
        <source>Show the second alone</source>
        <translation>Nur das zweite zeigen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom to 100 %</source>
        <translation>Auf 100 % zoomen</translation>
    </message>
    <message>
        <source>Fit the pictures</source>
        <translation>Bilder einpassen</translation>
    </message>
    <message>
        <source>Link zoom and pan, or unlink them</source>
        <translation>Zoom und Verschieben koppeln oder lösen</translation>
    </message>
    <message>
        <source>Slider to the left</source>
        <translation>Schieber nach links</translation>
    </message>
    <message>
        <source>Slider to the right</source>
        <translation>Schieber nach rechts</translation>
    </message>
    <message>
        <source>Slider far to the left</source>
        <translation>Schieber weit nach links</translation>
    </message>
    <message>
        <source>Slider far to the right</source>
        <translation>Schieber weit nach rechts</translation>
    </message>
    <message>
        <source>See more on the left</source>
        <translation>Links mehr sehen</translation>
    </message>
    <message>
        <source>See more on the right</source>
        <translation>Rechts mehr sehen</translation>
    </message>
    <message>
        <source>See more above</source>
        <translation>Oben mehr sehen</translation>
    </message>
    <message>
        <source>See more below</source>
        <translation>Unten mehr sehen</translation>
    </message>
    <message>
        <source>Fill the frame with pictures of other proportions</source>
        <translation>Rahmen mit Bildern anderer Form füllen</translation>
    </message>
    <message>
        <source>Smooth beyond 200 %</source>
        <translation>Über 200 % glätten</translation>
    </message>
    <message>
        <source>Blink by itself</source>
        <translation>Selbsttätig wechseln</translation>
    </message>
    <message>
        <source>Show differences as they are</source>
        <translation>Unterschiede zeigen, wie sie sind</translation>
    </message>
    <message>
        <source>Show differences × 4</source>
        <translation>Unterschiede × 4 zeigen</translation>
    </message>
    <message>
        <source>Show differences × 16</source>
        <translation>Unterschiede × 16 zeigen</translation>
    </message>
</context>
</TS>
