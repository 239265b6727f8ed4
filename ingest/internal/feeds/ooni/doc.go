// Package ooni reads results of OONI's Web Connectivity test, versions 0.0 to 0.5, as OONI publishes them: a JSON
// object, or one after the other (data format df-000 and those it names). Each becomes a look: records of the probe and
// records of OONI's test helper, which is the control.
//
// OONI's programs have written these files for ten years, in several languages, and no two of them alike. So the
// reader is strict about what a file is, and lenient about what a field holds: a step that cannot be read is left out,
// a result without steps is skipped and counted, and only what is not OONI's at all is an error.
//
// Of what OONI publishes it keeps less: no address or name of the probe, no resolver's address, no header and no body;
// of those the length, the hash and the hash of the title. It keeps a name that a redirect led to only where the
// site itself said it, over TLS: in the clear, a hotel's or a provider's page may have.
package ooni
