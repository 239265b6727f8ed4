// Package script reads what happens to the lab's countries, and when, from a small text.
//
// A script says what is done to the network, never what analysis should make of it. A line is one
// statement, '#' begins a comment, and durations count from the beginning of the day, as in 1h30m:
//
//	day 6h
//
//	act All of Lampland goes dark
//	  from 1h to 2h15m
//	  dark XL
//
//	act Mobile networks go dark
//	  from 4h to 5h
//	  dark XL mobile
//
// Besides "dark COUNTRY" and "dark COUNTRY mobile" (or "fixed"), the deeds are "block HOST in COUNTRY by
// nxdomain" (or "bogon") and "gateway away". An act does one thing; acts follow each other.
package script

import (
	"errors"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a script: nobody watches a longer one.
const (
	maxBytes = 64 << 10
	maxActs  = 100
	maxDay   = 72 * time.Hour
)

// Script is one day of the lab.
type Script struct {
	Day  time.Duration
	Acts []Act
}

// Act is one thing that happens. From and To count from the beginning of the day.
type Act struct {
	Title    string
	From, To time.Duration
	Deed     Deed
}

// Deed is what an act does to the network: a Dark, a Block or a GatewayAway.
type Deed interface{ deed() }

// Dark cuts a country's networks off: all of them, or those of one type.
type Dark struct {
	Country string
	Type    measurement.NetworkType // empty: every type
}

// Block makes the providers' resolvers of a country lie about one host.
type Block struct {
	Host    string
	Country string
	By      names.Lie
}

// GatewayAway takes the gateway out of everybody's reach. Nothing happens to any country.
type GatewayAway struct{}

func (Dark) deed()        {}
func (Block) deed()       {}
func (GatewayAway) deed() {}

func (s *Script) validate() error {
	if s.Day == 0 {
		return errors.New(`the script has no line "day DURATION"`)
	}
	if len(s.Acts) == 0 {
		return errors.New("the script has no act")
	}
	return nil
}
