package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Whoever was sent away comes again after this.
const breath = 100 * time.Millisecond

// hold keeps connections that say something at first and then nothing, and counts how many it opened.
func hold(begin func() []byte) attack {
	return func(from string, _ int, end time.Time, count *atomic.Int64) {
		together(*each, func(int) {
			for time.Now().Before(end) {
				if connection := dial(from, end); connection != nil {
					count.Add(1)
					if begin != nil {
						_, _ = connection.Write(begin())
					}
					// Until the server ends it, or the time is up
					_, _ = io.Copy(io.Discard, connection)
					connection.Close()
				}
				time.Sleep(breath)
			}
		})
	}
}

func together(number int, work func(int)) {
	var all sync.WaitGroup
	for n := range number {
		all.Add(1)
		go func() {
			defer all.Done()
			work(n)
		}()
	}
	all.Wait()
}

func dial(from string, end time.Time) net.Conn {
	connection, err := dialer(from).Dial("tcp", host)
	if err != nil {
		return nil
	}
	_ = connection.SetDeadline(end)
	return connection
}

func preface() []byte {
	var bytes bytes.Buffer
	bytes.WriteString(http2.ClientPreface)
	_ = http2.NewFramer(&bytes, nil).WriteSettings()
	return bytes.Bytes()
}

func request() []byte { return []byte("GET /livez HTTP/1.1\r\nHost: gatehouse\r\n\r\n") }

// settings sends 2,000 frames a second that carry no call, on one connection, and counts them.
func settings(from string, _ int, end time.Time, count *atomic.Int64) {
	const burst = 200
	var frames bytes.Buffer
	framer := http2.NewFramer(&frames, nil)
	for range burst {
		_ = framer.WriteSettings()
	}
	for time.Now().Before(end) {
		if connection := dial(from, end); connection != nil {
			go func() { _, _ = io.Copy(io.Discard, connection) }()
			_, err := connection.Write(preface())
			for err == nil && time.Now().Before(end) {
				if _, err = connection.Write(frames.Bytes()); err == nil {
					count.Add(burst)
					time.Sleep(breath)
				}
			}
			connection.Close()
		}
		time.Sleep(breath)
	}
}

// paths asks over HTTP/2, as a proxy might, for what is no method of gRPC; none may be told yes.
func paths(from string, _ int, end time.Time, count *atomic.Int64) {
	asked := []string{"/api/v1/verify", "/api/v1/users", "/healthz", "/", "/v2/vectordb/users/list", "/x.Y/Z"}
	for number := 0; time.Now().Before(end); number++ {
		status, err := overHTTP2(from, asked[number%len(asked)], end)
		if err == nil {
			count.Add(1)
			if status[0] == '2' {
				answeredWrongly.CompareAndSwap(nil, fmt.Sprintf("%s over HTTP/2 was answered %s", asked[number%len(asked)], status))
			}
		}
		time.Sleep(5 * breath)
	}
}

func overHTTP2(from, path string, end time.Time) (string, error) {
	connection := dial(from, end)
	if connection == nil {
		return "", io.ErrUnexpectedEOF
	}
	defer connection.Close()
	var fields bytes.Buffer
	encoder := hpack.NewEncoder(&fields)
	for _, field := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", path}, {":authority", "gatehouse"},
		{"content-type", "application/grpc"}, {"te", "trailers"},
	} {
		_ = encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
	}
	if _, err := connection.Write(preface()); err != nil {
		return "", err
	}
	framer := http2.NewFramer(connection, connection)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if err := framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: 1, BlockFragment: fields.Bytes(), EndHeaders: true, EndStream: true,
	}); err != nil {
		return "", err
	}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return "", err
		}
		if headers, is := frame.(*http2.MetaHeadersFrame); is {
			return headers.PseudoValue("status"), nil
		}
	}
}

// guesses logs in with names that nobody has, half of them over HTTP, half over gRPC, each client waiting for its answer.
func guesses(from string, number int, end time.Time, count *atomic.Int64) {
	together(*clients, func(client int) {
		name := func(n int) string { return fmt.Sprintf("nobody_%d_%d_%d", number, client, n) }
		if client%2 == 0 {
			own := browser(from, true)
			for n := 0; time.Now().Before(end); n++ {
				err := get(own, "http://"+host+"/api/v1/me", name(n), "wrong_password", http.StatusOK)
				guessed(err, count)
			}
			return
		}
		own := channel(from)
		defer own.Close()
		for n := 0; time.Now().Before(end); n++ {
			guessed(invoke(own, getVersion, name(n), "wrong_password"), count)
		}
	})
}

func guessed(err error, count *atomic.Int64) {
	count.Add(1)
	if err == nil {
		answeredWrongly.CompareAndSwap(nil, "a wrong password was taken")
	}
	// A client that is refused at once, or has no connection, is not to become a busy loop
	time.Sleep(breath / 10)
}

// denials asks, with the token of a plain user, for what it may not do, always for another user; one address is enough.
func denials(from string, number int, end time.Time, count *atomic.Int64) {
	const loops = 4
	if number > 0 {
		return
	}
	together(loops, func(loop int) {
		own := browser(from, true)
		for n := 0; time.Now().Before(end); n++ {
			request, err := http.NewRequest(http.MethodDelete, fmt.Sprintf("http://%s/api/v1/users/other_%d_%d", host, loop, n), nil)
			if err != nil {
				fail(err.Error())
			}
			request.Header.Set("Authorization", "Bearer "+plainUser+":"+password)
			answer, err := own.Do(request)
			if err != nil {
				time.Sleep(breath)
				continue
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			count.Add(1)
			if answer.StatusCode/100 == 2 {
				answeredWrongly.CompareAndSwap(nil, "a plain user dropped another")
			}
			time.Sleep(2 * time.Millisecond)
		}
	})
}
