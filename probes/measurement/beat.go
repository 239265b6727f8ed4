package measurement

import "errors"

// Beat says that the probe is running, how many of its anchors answered, and what the machine's own link
// looks like, so that a cable that was pulled is not a country that went dark.
type Beat struct {
	Domestic Reach `json:"domestic"`
	Foreign  Reach `json:"foreign"`
	// Interface says whether any network interface but loopback is up with an address; empty when not looked.
	Interface Interface `json:"interface,omitempty"`
	// Router says whether the machine's gateway answered; empty when not asked. Its address stays on the machine.
	Router Router `json:"router,omitempty"`
}

// Interface is the state of the machine's own network interfaces, all together.
type Interface string

// The interface states.
const (
	InterfaceUp   Interface = "up"
	InterfaceDown Interface = "down"
)

// Router is what the machine's gateway did when it was spoken to.
type Router string

// The router states. RouterNone is a machine without a default route of either family.
const (
	RouterAnswers Router = "answers"
	RouterSilent  Router = "silent"
	RouterNone    Router = "none"
)

// Reach counts anchors: Answered of Tried. Tried zero means not looked, which is not the same as down.
type Reach struct {
	Tried    uint8 `json:"tried"`
	Answered uint8 `json:"answered"`
}

func (b *Beat) validate() error {
	for _, reach := range []Reach{b.Domestic, b.Foreign} {
		if reach.Answered > reach.Tried {
			return errors.New("a beat has more anchors answered than tried")
		}
	}
	if !known(b.Interface, []Interface{"", InterfaceUp, InterfaceDown}) {
		return errors.New("beat.interface is not one of up, down")
	}
	if !known(b.Router, []Router{"", RouterAnswers, RouterSilent, RouterNone}) {
		return errors.New("beat.router is not one of answers, silent, none")
	}
	return nil
}
