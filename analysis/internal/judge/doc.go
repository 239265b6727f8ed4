// Package judge turns what detection found in every place into incidents, one for each event.
//
// A country that goes dark absorbs its networks; networks that go dark together without it are one
// incident that lists them; a service that is out of reach while the network works is a platform
// incident. Every signal gets a verdict, and "could not see" is never "normal". The package reads no
// clock and no database, and says nothing of causes or probabilities.
package judge
