package measurement

// SealPoint returns the point that a key seals to.
func SealPoint(k SealKey) []byte { return k.public.Bytes() }
