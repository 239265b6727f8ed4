// Package verdict says of one look whether the site was blocked, how, and why one may believe it.
//
// It is a pure function of what the probe recorded and what a control, outside, recorded of the same target. The
// rules are data: each has an id that stays, the class that it decides for and the sentence that it stands on. They
// are asked in the order of Rules. The first one that decides gives the class; after a verdict of blocked, the others
// of that class that also hold are told beside it, for censors often do more than one thing. Notes decide nothing.
//
// The order says what outweighs what:
//
//  1. The probe itself was offline, its clock was wrong, or it was not allowed to look: nothing about the site.
//  2. A known block page, where nobody but the network could have put it. It needs no control.
//  3. The site came, but squeezed or without HTTP/3.
//  4. The site answered over TLS with a certificate for its name, or the page is the control's: accessible, whatever
//     the resolver said, for the reader got what was asked for. A certificate needs no control either.
//  5. A resolver gave addresses of no use where another gave public ones, and the page did not come. It needs no
//     control: a site that is on the public internet is at no private address.
//  6. Without a control there is no verdict: that a site fails in one place says nothing.
//  7. What failed here and works there, from the name to the page.
//  8. What fails in both places: the site is down.
//  9. Anything else is inconclusive. A wrong accusation costs more than a missed one.
//
// The package reads nothing and knows no time. It refuses to weigh: a sum of suspicions is not a reason that one can
// put before a court.
package verdict
