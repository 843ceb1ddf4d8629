// What a service does that verifies passports with lestrrat-go/jwx. It is built in the folder that the module was fetched into.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

type question struct {
	Text, Issuer, Audience string
	Features               []string
}

type interval struct {
	Value json.RawMessage `json:"v"`
	From  float64         `json:"f"`
	Until *float64        `json:"u"`
}

type rights map[string][]interval

func main() {
	keys := must(jwk.Fetch(context.Background(), os.Getenv("JWKS_URL")))
	var questions []question
	expect(json.Unmarshal(must(os.ReadFile(os.Args[1])), &questions))
	answers := make([]map[string]any, len(questions))
	for at, asked := range questions {
		if found, err := rightsOf(asked, keys); err == nil && found != nil {
			answers[at] = usableIn(found, asked.Features)
		}
	}
	expect(json.NewEncoder(os.Stdout).Encode(answers))
}

// None where it is something else than a passport, which jwx does not look at.
func rightsOf(asked question, keys jwk.Set) (rights, error) {
	message, err := jws.ParseString(asked.Text)
	if err != nil {
		return nil, err
	}
	header := message.Signatures()[0].ProtectedHeaders()
	kind, _ := header.Type()
	algorithm, _ := header.Algorithm()
	if kind != "entitlements+jwt" || algorithm.String() != "ES256" {
		return nil, nil
	}
	token, err := jwt.ParseString(
		asked.Text,
		jwt.WithKeySet(keys),
		jwt.WithIssuer(asked.Issuer),
		jwt.WithAudience(asked.Audience),
		jwt.WithRequiredClaim("exp"),
		jwt.WithTypedClaim("ent", rights{}),
	)
	if err != nil {
		return nil, err
	}
	var found rights
	return found, token.Get("ent", &found)
}

// What may be used now: a feature with its value, or true.
func usableIn(found rights, features []string) map[string]any {
	now := float64(time.Now().UnixMilli()) / 1000
	usable := map[string]any{}
	for _, feature := range features {
		for _, one := range found[feature] {
			if one.From <= now && (one.Until == nil || now < *one.Until) {
				usable[feature] = true
				if one.Value != nil {
					usable[feature] = one.Value
				}
			}
		}
	}
	return usable
}

func must[T any](value T, err error) T {
	expect(err)
	return value
}

func expect(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
