// Clients that send wrong passwords over gRPC, each on a connection of its own and each waiting for its answer.
//
//	guesser HOST:PORT CLIENTS SECONDS RUN
//
// In turn for a user who exists (user_1 to user_8) and for one who does not, always a password that no other client, call or RUN
// sends. Prints how many answers there were of each status: RESULT UNAUTHENTICATED RESOURCE_EXHAUSTED OTHER.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	method     = "/milvus.proto.milvus.MilvusService/GetVersion"
	knownUsers = 8
	// Longer than any queue for hashing
	patience = 20 * time.Second
)

// empty is a message without fields; the token is judged before any message is looked at. It has no name, as Milvus takes nothing
// but the plain application/grpc for gRPC.
type empty struct{}

func (empty) Name() string                { return "" }
func (empty) Marshal(any) ([]byte, error) { return nil, nil }
func (empty) Unmarshal([]byte, any) error { return nil }

func main() {
	if len(os.Args) != 5 {
		fail("usage: guesser HOST:PORT CLIENTS SECONDS RUN")
	}
	clients, end := number(os.Args[2]), time.Now().Add(time.Duration(number(os.Args[3]))*time.Second)
	var guesses, unauthenticated, exhausted, other atomic.Int64
	var unexpected atomic.Value
	var all sync.WaitGroup
	for range clients {
		connection, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodec(empty{})), grpc.WithDisableRetry(), grpc.WithNoProxy())
		if err != nil {
			fail(err.Error())
		}
		all.Add(1)
		go func() {
			defer all.Done()
			defer connection.Close()
			for time.Now().Before(end) {
				err := guess(connection, guesses.Add(1), os.Args[4])
				switch status.Code(err) {
				case codes.Unauthenticated:
					unauthenticated.Add(1)
				case codes.ResourceExhausted:
					exhausted.Add(1)
				default:
					other.Add(1)
					unexpected.Store(fmt.Sprint(err))
				}
			}
		}()
	}
	all.Wait()
	fmt.Printf("RESULT %d %d %d\n", unauthenticated.Load(), exhausted.Load(), other.Load())
	if text := unexpected.Load(); text != nil {
		fail(fmt.Sprintf("an answer that was not expected: %s", text))
	}
}

func guess(connection *grpc.ClientConn, n int64, run string) error {
	user := fmt.Sprintf("nobody_%d", n)
	if n%2 == 0 {
		user = fmt.Sprintf("user_%d", n/2%knownUsers+1)
	}
	token := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s:wrong_%s_%d", user, run, n))
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(context.Background(), "authorization", token), patience)
	defer cancel()
	return connection.Invoke(ctx, method, empty{}, empty{})
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		fail("not a number: " + text)
	}
	return value
}

func fail(text string) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(1)
}
