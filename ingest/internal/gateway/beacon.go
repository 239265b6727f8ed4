package gateway

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// beaconEvery is how long a beacon is given out. It is also how precisely a beacon dates a batch.
const beaconEvery = time.Hour

// beacon returns the value of the hour of now: nobody without the key can know it before, so a batch that
// holds it was not made before. It needs no memory: a restarted gateway, and every gateway with the same
// key, gives out the same one.
func beacon(key ed25519.PrivateKey, now time.Time) string {
	hour := now.UTC().Truncate(beaconEvery).Format("20060102T15")
	mac := hmac.New(sha256.New, key.Seed())
	mac.Write([]byte("lamplight beacon v1\n" + hour))
	return hour + "-" + hex.EncodeToString(mac.Sum(nil)[:16])
}
