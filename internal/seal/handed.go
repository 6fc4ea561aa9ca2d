package seal

import (
	"io"
	"strings"
)

func handedPurpose(lookup string) string { return "handed-on " + lookup }

// HandOn seals what k opens to a second code's keys, so that the second code leads to
// the same page. Who has what HandOn gives, and not that code, learns nothing of either.
func (k ReporterKeys) HandOn(random io.Reader, second ReporterKeys) ([]byte, error) {
	return To(random, second.Key.Public(), handedPurpose(second.Lookup), []byte(k.Lookup+" "+k.Key.Text()))
}

// Follow opens what HandOn sealed to k: the keys of the first code. What is none, or was
// sealed to another code, is an invalid Error.
func (k ReporterKeys) Follow(sealed []byte) (ReporterKeys, error) {
	b, err := OpenFrom(k.Key, handedPurpose(k.Lookup), sealed)
	if err != nil {
		return ReporterKeys{}, err
	}
	lookup, text, _ := strings.Cut(string(b), " ")
	key, err := ParsePrivateKey(text)
	if err != nil || !IsLookup(lookup) {
		return ReporterKeys{}, errDamaged
	}
	return ReporterKeys{Lookup: lookup, Key: key}, nil
}
