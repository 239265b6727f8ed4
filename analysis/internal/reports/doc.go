// Package reports links incidents to what people reported, by onset, place and kind, and says how many
// links chance alone would make.
//
// A link is no evidence that the network was cut, only that somebody said so at about that time: the
// package changes no incident's probability. Reports that rest on the same source count once. It reads
// no clock and no database.
package reports
