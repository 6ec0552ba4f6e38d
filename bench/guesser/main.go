// Clients that send wrong passwords over gRPC, each on a connection of its own and each waiting for its answer.
//
//	guesser HOST:PORT CLIENTS SECONDS RUN [ADDRESSES]
//
// In turn for a user who exists (user_1 to user_8) and for one who does not, always a password that no other client, call or RUN
// sends. With ADDRESSES the clients come from so many of them, 127.0.0.2 and on, and each guess is for another user who does not exist. Prints how many answers there were of each status: RESULT UNAUTHENTICATED RESOURCE_EXHAUSTED OTHER.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
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
	// The last one is 127.0.0.201
	mostAddresses = 200
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
	if len(os.Args) != 5 && len(os.Args) != 6 {
		fail("usage: guesser HOST:PORT CLIENTS SECONDS RUN [ADDRESSES]")
	}
	addresses := 0
	if len(os.Args) == 6 {
		addresses = number(os.Args[5])
		if addresses > mostAddresses {
			fail("too many addresses: " + os.Args[5])
		}
	}
	clients, end := number(os.Args[2]), time.Now().Add(time.Duration(number(os.Args[3]))*time.Second)
	var guesses, unauthenticated, exhausted, other atomic.Int64
	var unexpected atomic.Value
	var all sync.WaitGroup
	for client := range clients {
		options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodec(empty{})), grpc.WithDisableRetry(), grpc.WithNoProxy()}
		if addresses > 0 {
			options = append(options, from(net.IPv4(127, 0, 0, byte(2+client%addresses))))
		}
		connection, err := grpc.NewClient(os.Args[1], options...)
		if err != nil {
			fail(err.Error())
		}
		all.Add(1)
		go func() {
			defer all.Done()
			defer connection.Close()
			for time.Now().Before(end) {
				err := guess(connection, guesses.Add(1), os.Args[4], addresses > 0)
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

// from lets a client connect from an address of its own.
func from(address net.IP) grpc.DialOption {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: address}}
	return grpc.WithContextDialer(func(ctx context.Context, target string) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp", target)
	})
}

func guess(connection *grpc.ClientConn, n int64, run string, unknown bool) error {
	user := fmt.Sprintf("nobody_%s_%d", run, n)
	if n%2 == 0 && !unknown {
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
