package analysis

import "github.com/lamplight-net/lamplight/analysis/internal/verdict"

// Look is one look at one target, by a probe and by a control.
type Look = verdict.Look

// Verdict is what is concluded of a look, and why.
type Verdict = verdict.Verdict

// How is what a network did to block.
type How = verdict.How

// Judge says whether the target of a look was blocked where the probe is. It needs nothing but the look.
func Judge(look Look) Verdict { return verdict.Judge(look) }
