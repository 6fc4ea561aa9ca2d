package desk

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
)

// What a reporter tells of himself later stands beside the first, and takes nothing away,
// however often somebody with a second code adds to it.
func TestIdentitiesAdd(t *testing.T) {
	key, err := seal.NewPrivateKey(rand.Reader, seal.International)
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(name, phone string) string {
		t.Helper()
		id, err := seal.NewID(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(identity{Name: name, Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		box, err := seal.To(rand.Reader, key.Public(), seal.IdentityPurpose(id), b)
		if err != nil {
			t.Fatal(err)
		}
		return identityText(id, box)
	}
	kept := sealed("甲", "010-0")
	for n := range 15 {
		kept = addIdentity(kept, sealed(fmt.Sprint("乙", n), ""))
	}
	held := []heldIdentity{{key: key}}
	who, err := openIdentity(held, kept)
	if err != nil || who.Name != "甲" || who.Phone != "010-0" {
		t.Fatalf("the first: %q, %v", string(who.Name), err)
	}
	if later := string(who.Other); strings.Count(later, "后来补充") != identitiesMost-1 || !strings.Contains(later, "乙14") || strings.Contains(later, "乙3\n") {
		t.Errorf("later: %q", later)
	}
	other, err := seal.NewPrivateKey(rand.Reader, seal.International)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openIdentity([]heldIdentity{{key: other}}, kept); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("another key: %v", err)
	}
	if _, err := openIdentity(held, ""); err == nil {
		t.Error("no identity was opened")
	}
}
