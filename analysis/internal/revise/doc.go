// Package revise compares what analysis concludes now with what it concluded before, and says which
// revisions are due: of incidents that are new, of those that changed, and of those that later data explains
// away.
//
// It keeps an incident's id over every recomputation, for pages cite it. It revises candidates alone: once a
// person has taken an incident up, only people change it. It reads no clock and no database.
package revise
