// What a back-end does, with the generated Go client. It is compiled and run beside it, in the folder of run.mjs.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"ledger"
)

const (
	user    = "jane+go@example.com"
	feature = "go-credits"
)

func main() {
	ctx := context.Background()
	client := must(ledger.NewClientWithResponses(os.Getenv("LEDGER_URL"), ledger.WithRequestEditorFn(authorize)))

	unit := "credits"
	put := must(client.PutFeatureWithResponse(ctx, feature, nil, ledger.PutFeature{Type: "metered", Unit: &unit}))
	expect(put.JSON201 != nil && *put.JSON201.Unit == unit, put.Body)

	amount := 100
	grant := ledger.CreateEntitlement{Feature: feature, Amount: &amount}
	granted := must(client.CreateEntitlementWithResponse(ctx, user, &ledger.CreateEntitlementParams{IdempotencyKey: "order-1"}, grant))
	expect(granted.JSON201 != nil && granted.JSON201.State == "active", granted.Body)

	version := 1
	checked := must(client.CheckAccessWithResponse(ctx, user, feature, &ledger.CheckAccessParams{MinVersion: &version}))
	expect(checked.JSON200 != nil && checked.JSON200.Allowed, checked.Body)

	spent := must(client.ConsumeWithResponse(ctx, user, &ledger.ConsumeParams{IdempotencyKey: "export-1"}, ledger.Consume{Feature: feature, Amount: amountOf(30)}))
	expect(spent.JSON201 != nil && spent.JSON201.Amount == 30, spent.Body)

	listed := must(client.ListEntitlementsWithResponse(ctx, user, nil))
	expect(listed.JSON200 != nil && len(listed.JSON200.Items) == 1 && listed.JSON200.Items[0].Id == granted.JSON201.Id, listed.Body)

	refused := must(client.ConsumeWithResponse(ctx, user, &ledger.ConsumeParams{IdempotencyKey: "export-2"}, ledger.Consume{Feature: feature, Amount: amountOf(71)}))
	expect(refused.ApplicationproblemJSON409 != nil && refused.ApplicationproblemJSON409.Code == "insufficient_balance", refused.Body)
}

func authorize(_ context.Context, request *http.Request) error {
	request.Header.Set("Authorization", "Bearer "+os.Getenv("LEDGER_TOKEN"))
	return nil
}

// Who holds something leaves it out.
func amountOf(count int) *ledger.Amount {
	amount := ledger.Amount(count)
	return &amount
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func expect(holds bool, answer []byte) {
	if !holds {
		log.Fatalf("not what was expected: %s", answer)
	}
}
