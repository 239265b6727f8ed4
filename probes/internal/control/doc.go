// Package control looks from outside, where nothing is blocked, at what a probe asks about, so that one may compare.
//
// A request names URLs, and the addresses that the probe's resolvers gave for them. The answer is a batch of records,
// signed by the control's key, with its vantage in the header: what the strict reader of batches takes.
//
// Whoever makes connections on request can be turned into a scanner or a weapon. So the control looks only at names,
// on the ports of the web, through the guard that volunteers run. It connects to an address that a caller gave only
// where the name resolves for itself too and the address is a public one; each such address costs the caller, and
// each /24 or /48 that such addresses are in is tried seldom, whoever asks. Where a name itself leads is its owner's to
// say: how often that is tried is bounded for its host, and by what all callers have together. What it saw is kept for a
// while, so that a thousand probes that ask for one site cost the site one look. Callers and sites are limited, each and
// together, and so is everything that is held. It writes down nobody's address and logs no request.
package control
