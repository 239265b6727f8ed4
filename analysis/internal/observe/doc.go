// Package observe reads what was seen and turns it into series, one for each place and signal.
//
// It owns two rules that keep an observatory from accusing a country of its own faults. Silence is
// evidence only in bins in which others were heard: when everybody is silent, it is the observatory that
// could not see. And a target counts only where somebody outside the place reached it: a missing control
// is never evidence. It decides nothing else; what is low enough to be an event is for package detect.
package observe
