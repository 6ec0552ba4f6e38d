package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

const (
	password = "P@ssw0rd"
	// How long anybody waits for an answer
	patience = 15 * time.Second
	// The user whose token is verified before the strangers come
	verifiedUser = "user_1"
	// The plain user who asks for what it may not do
	plainUser = "user_2"
)

// empty is a message without fields; it has no name, as Milvus takes nothing but the plain application/grpc for gRPC.
type empty struct{}

func (empty) Name() string                { return "" }
func (empty) Marshal(any) ([]byte, error) { return nil, nil }
func (empty) Unmarshal([]byte, any) error { return nil }

var newcomers atomic.Int64

// newcomer is an address that was not seen before, in as many networks as there are.
func newcomer() string {
	n := newcomers.Add(1)
	return fmt.Sprintf("127.0.%d.%d", 2+n/250%200, 1+n%250)
}

func dialer(from string) *net.Dialer {
	return &net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
}

// browser is an HTTP client at one address; it keeps its connection, or has a new one for each call.
func browser(from string, keep bool) *http.Client {
	return &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			DialContext: dialer(from).DialContext, DisableKeepAlives: !keep, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
		},
	}
}

func get(client *http.Client, url, user, password string, expected int) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if user != "" {
		request.Header.Set("Authorization", "Bearer "+user+":"+password)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != expected {
		return fmt.Errorf("%s: %d %.200s", url, answer.StatusCode, body)
	}
	return err
}

func channel(from string) *grpc.ClientConn {
	connection, err := grpc.NewClient(host, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(empty{})), grpc.WithDisableRetry(), grpc.WithNoProxy(),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return dialer(from).DialContext(ctx, "tcp", address)
		}))
	if err != nil {
		fail(err.Error())
	}
	return connection
}

func invoke(connection *grpc.ClientConn, method, user, password string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if user != "" {
		token := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", token)
	}
	return connection.Invoke(ctx, method, empty{}, empty{}, grpc.WaitForReady(true))
}

const (
	getVersion  = "/milvus.proto.milvus.MilvusService/GetVersion"
	healthCheck = "/grpc.health.v1.Health/Check"
)

func othersCalls() []*series {
	verified, verifiedGrpc := browser("127.0.0.1", true), channel("127.0.0.1")
	once := func(method string) error {
		connection := channel(newcomer())
		defer connection.Close()
		return invoke(connection, method, "", "")
	}
	return []*series{
		{name: "verified-http", pause: 50 * time.Millisecond, call: func(int) error {
			return get(verified, "http://"+host+"/api/v1/users/"+verifiedUser, verifiedUser, password, http.StatusOK)
		}},
		{name: "verified-grpc", pause: 50 * time.Millisecond, call: func(int) error {
			return invoke(verifiedGrpc, getVersion, verifiedUser, password)
		}},
		{name: "health-http", pause: time.Second, call: func(int) error {
			return get(browser(newcomer(), false), "http://"+host+"/healthz", "", "", http.StatusOK)
		}},
		{name: "health-management", pause: time.Second, call: func(int) error {
			return get(browser("127.0.0.1", false), "http://"+probes+"/healthz", "", "", http.StatusOK)
		}},
		{name: "health-grpc", pause: time.Second, call: func(int) error { return once(healthCheck) }},
		{name: "connection", pause: 200 * time.Millisecond, call: func(int) error {
			return get(browser(newcomer(), false), "http://"+host+"/livez", "", "", http.StatusOK)
		}},
		{name: "login", pause: *pace, call: func(number int) error {
			user := fmt.Sprintf("user_%d", *first+number)
			return get(browser(newcomer(), false), "http://"+host+"/api/v1/me", user, password, http.StatusOK)
		}},
	}
}
