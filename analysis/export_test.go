package analysis

// VerdictsOfNew is what the loop does after each look for incidents.
var VerdictsOfNew = (*Analyzer).verdictsOfNew
