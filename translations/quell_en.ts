<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>LiveRun</name>
    <message numerus="yes">
        <source>%n picture(s) without a caption are left out.</source>
        <translation>
            <numerusform>%n picture without a caption is left out.</numerusform>
            <numerusform>%n pictures without a caption are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) that cannot be read are left out.</source>
        <translation>
            <numerusform>%n picture that cannot be read is left out.</numerusform>
            <numerusform>%n pictures that cannot be read are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) of an unknown type are left out.</source>
        <translation>
            <numerusform>%n file of an unknown type is left out.</numerusform>
            <numerusform>%n files of an unknown type are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) that are listed but missing are left out.</source>
        <translation>
            <numerusform>%n picture that is listed but missing is left out.</numerusform>
            <numerusform>%n pictures that are listed but missing are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) outside the folder are left out.</source>
        <translation>
            <numerusform>%n picture outside the folder is left out.</numerusform>
            <numerusform>%n pictures outside the folder are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) are left out: %1.</source>
        <translation>
            <numerusform>%n picture is left out: %1.</numerusform>
            <numerusform>%n pictures are left out: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::ConceptDrawings</name>
    <message numerus="yes">
        <source>Drawing %n pictures…</source>
        <translation>
            <numerusform>Drawing %n picture…</numerusform>
            <numerusform>Drawing %n pictures…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::ConceptsPage</name>
    <message numerus="yes">
        <source>%n concepts</source>
        <translation>
            <numerusform>%n concept</numerusform>
            <numerusform>%n concepts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::DataPage</name>
    <message numerus="yes">
        <source>Every picture was decoded: %n of them cannot be read and take no part.</source>
        <translation>
            <numerusform>Every picture was decoded: %n of them cannot be read and takes no part.</numerusform>
            <numerusform>Every picture was decoded: %n of them cannot be read and take no part.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::FurtherPictures</name>
    <message numerus="yes">
        <source>%n made by the teacher</source>
        <translation>
            <numerusform>%n made by the teacher</numerusform>
            <numerusform>%n made by the teacher</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::MachineCard</name>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::ModelCard</name>
    <message numerus="yes">
        <source>Compared with the teacher at %n places: %1</source>
        <translation>
            <numerusform>Compared with the teacher at %n place: %1</numerusform>
            <numerusform>Compared with the teacher at %n places: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::PictureDetails</name>
    <message numerus="yes">
        <source>%n pictures selected</source>
        <translation>
            <numerusform>%n picture selected</numerusform>
            <numerusform>%n pictures selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::QueueCard</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::RunControls</name>
    <message numerus="yes">
        <source>Stop now, lose %n step(s)</source>
        <translation>
            <numerusform>Stop now, lose %n step</numerusform>
            <numerusform>Stop now, lose %n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::RunDifferences</name>
    <message numerus="yes">
        <source>What differs between the runs: %n setting(s)</source>
        <translation>
            <numerusform>What differs between the runs: %n setting</numerusform>
            <numerusform>What differs between the runs: %n settings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::RunPage</name>
    <message numerus="yes">
        <source>%n note(s)</source>
        <translation>
            <numerusform>%n note</numerusform>
            <numerusform>%n notes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quell::RunStore</name>
    <message numerus="yes">
        <source>%1: made again from %n run folder(s)</source>
        <translation>
            <numerusform>%1: made again from %n run folder</numerusform>
            <numerusform>%1: made again from %n run folders</numerusform>
        </translation>
    </message>
</context>
</TS>
