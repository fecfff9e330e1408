"""The reasons why the track service refuses an upload, named here for the catalogues.

They come over HTTP in English; a reason that is not here is shown as it came.
"""

from __future__ import annotations

from cdpsfy.web.language import _

REASONS = (
    _("This is a program (ELF), not audio."),
    _("This is a program (Windows), not audio."),
    _("This is a program (Mach-O), not audio."),
    _("This is a program (Mach-O or Java), not audio."),
    _("This is a script, not audio."),
    _("This is a ZIP archive, not audio."),
    _("This is a PDF document, not audio."),
    _("This is a picture (PNG), not audio."),
    _("This is a picture (JPEG), not audio."),
    _("This is a picture (GIF), not audio."),
    _("This is a picture (WebP), not audio."),
    _("This is video (AVI), not audio."),
    _("This is video (Matroska or WebM), not audio."),
    _("This is video (Flash), not audio."),
    _("This is video (MPEG), not audio."),
    _("This is video (MPEG transport stream), not audio."),
    _("This is video (MP4), not audio."),
    _("This is video (Ogg), not audio."),
    _("This is a drawing (SVG), not audio."),
    _("This is an XML document, not audio."),
    _("This is a web page (HTML), not audio."),
    _("This is a row of zeros, not audio."),
    _("This is plain text, not audio."),
    _("This is a MIDI file, which has notes but no sound, not audio."),
    _("This is only a tag (ID3 or APE), with no audio after it."),
    _("This FLAC file is damaged or cut short: it holds no sound."),
    _("This MP4 file holds no sound."),
    _("The sound in this MP4 file is neither AAC nor ALAC."),
    _("This MP4 file is damaged or cut short: its index or its sound is missing."),
    _("This Ogg file is damaged or cut short: it holds no sound."),
    _("This Ogg file holds something else than Vorbis, Opus or FLAC sound."),
    _("This WAV file holds no sound."),
    _("The sound in this WAV file is coded in a way that browsers do not play."),
    _("This is not audio of a kind that CDPSfy plays (MP3, Ogg, FLAC, WAV, M4A or AAC)."),
)
