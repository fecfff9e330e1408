"""How tests hear the player: its audio objects are in no page, and noted as they are made."""

from __future__ import annotations

NOTE_AUDIO = """
    window.audios = [];
    window.Audio = class extends Audio {
        constructor() {
            super();
            window.audios.push(this);
            this.mozCaptureStream?.();
        }
    };
"""
"""For `add_init_script`. Without a sound card, Firefox plays only what a script listens to."""
HEARD = "audios.find((audio) => !audio.paused && !audio.ended)"
"""The object that is heard, or undefined."""
