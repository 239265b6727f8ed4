package minisign_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"github.com/lamplight-net/lamplight/probes/internal/minisign"
)

func file(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testdata was written by minisign 0.11, over the nine bytes "the list" and a newline.
func TestVerifyWhatMinisignSigned(t *testing.T) {
	key, err := minisign.ParsePublicKey(file(t, "key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	if got := key.ID.String(); got != "266CDBD6BC13971F" {
		t.Errorf("key %s, minisign calls it 266CDBD6BC13971F", got)
	}
	for _, name := range []string{"prehashed.minisig", "legacy.minisig"} {
		s, err := minisign.ParseSignature(file(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !key.Verify([]byte("the list\n"), s) || s.Comment != "serial:7" {
			t.Errorf("%s does not verify, or its comment is %q", name, s.Comment)
		}
		if key.Verify([]byte("the list"), s) {
			t.Errorf("%s verifies over something else", name)
		}
	}
}

// sign does what minisign does.
func sign(key ed25519.PrivateKey, id string, message []byte, prehash bool, comment string) string {
	algorithm := "Ed"
	if prehash {
		sum := blake2b.Sum512(message)
		algorithm, message = "ED", sum[:]
	}
	signature := ed25519.Sign(key, message)
	global := ed25519.Sign(key, slices.Concat(signature, []byte(comment)))
	line := base64.StdEncoding.EncodeToString(slices.Concat([]byte(algorithm+id), signature))
	return "untrusted comment: x\n" + line + "\ntrusted comment: " + comment + "\n" + base64.StdEncoding.EncodeToString(global) + "\n"
}

func keyText(key ed25519.PrivateKey, id string) string {
	return base64.StdEncoding.EncodeToString(slices.Concat([]byte("Ed"+id), key.Public().(ed25519.PublicKey)))
}

func TestVerify(t *testing.T) {
	key, other := ed25519.NewKeyFromSeed(make([]byte, 32)), ed25519.NewKeyFromSeed(append(make([]byte, 31), 1))
	message := []byte("the list")
	good := sign(key, "12345678", message, true, "version:7")
	for _, test := range []struct {
		name, key, signature string
		message              []byte
		want                 bool
	}{
		{"prehashed", keyText(key, "12345678"), good, message, true},
		{"not prehashed", keyText(key, "12345678"), sign(key, "12345678", message, false, "c"), message, true},
		{"with a comment on the key", "untrusted comment: k\n" + keyText(key, "12345678") + "\n", good, message, true},
		{"Windows lines", keyText(key, "12345678"), strings.ReplaceAll(good, "\n", "\r\n"), message, true},
		{"another message", keyText(key, "12345678"), good, []byte("the List"), false},
		{"another key", keyText(other, "12345678"), good, message, false},
		{"another id", keyText(key, "87654321"), good, message, false},
		{"another trusted comment", keyText(key, "12345678"), strings.Replace(good, "version:7", "version:8", 1), message, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			k, err := minisign.ParsePublicKey(test.key)
			if err != nil {
				t.Fatal(err)
			}
			s, err := minisign.ParseSignature(test.signature)
			if err != nil {
				t.Fatal(err)
			}
			if got := k.Verify(test.message, s); got != test.want {
				t.Errorf("verifies: %v, want %v", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "hello", "untrusted comment: x\n", keyText(ed25519.NewKeyFromSeed(make([]byte, 32)), "1234567"), strings.Repeat("A", 1<<16)} {
		if _, err := minisign.ParsePublicKey(text); err == nil {
			t.Errorf("%.20q is taken for a key", text)
		}
		if _, err := minisign.ParseSignature(text); err == nil {
			t.Errorf("%.20q is taken for a signature", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file(f, "key.pub"))
	f.Add(file(f, "legacy.minisig"))
	f.Fuzz(func(t *testing.T, text string) {
		k, keyErr := minisign.ParsePublicKey(text)
		s, err := minisign.ParseSignature(text)
		if keyErr == nil && err == nil {
			t.Fatal("one text is a key and a signature")
		}
		if err == nil && k.Verify([]byte("test\n"), s) {
			t.Fatal("no key verifies")
		}
	})
}
