package verdict

import "github.com/lamplight-net/lamplight/probes/measurement"

// Around is what the same probe saw of other sites in the quarter of an hour before a look, or after it: whichever says
// more. A single look has none, and its verdict is what the look alone can say.
type Around struct {
	// Unanswering holds, of each kind of resolver that answered nothing in that time, of how many names it was asked. That a
	// name does not exist is an answer; silence, a refusal and a failure are none.
	Unanswering map[measurement.Resolver]int
	// Lying holds, of each kind of resolver, for how many names, some of them at home, it led nowhere or with all to one
	// place; zero when it led to one of them otherwise.
	Lying map[measurement.Resolver]int
	// NoQUIC is with how many hosts the probe tried HTTP/3 that spoke it with a control, when none of them did here; zero
	// when one did.
	NoQUIC int
}

// Everywhere is how many names or hosts in a row must fail alike before their failure is the network's, and not theirs: a
// list for a country holds few blocked sites among many, and its order is drawn by lot.
const Everywhere = 5

// resolverIsOut reports whether the page's resolver was answering nothing.
func (f *facts) resolverIsOut() bool {
	return len(f.path) > 0 && f.look.Around.Unanswering[f.path[0].DNS.Resolver] >= Everywhere
}

// resolverLiesForAll reports whether the page's resolver led nobody anywhere, or everybody to the same place, and this name
// too. A site whose page comes all the same has nothing to be told of it.
func (f *facts) resolverLiesForAll() bool {
	if len(f.path) == 0 || f.look.Around.Lying[f.path[0].DNS.Resolver] < Everywhere {
		return false
	}
	given := answersOf(f.path)
	return f.pageMissing() && (given.allUseless() || given.none()) || f.strange() && (f.pageMissing() || f.comparison() == different)
}

// quicIsOut reports whether HTTP/3 got through to nobody.
func (f *facts) quicIsOut() bool { return f.look.Around.NoQUIC >= Everywhere }
