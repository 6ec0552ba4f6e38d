// What strangers do to Gatehouse from many addresses, and how long others wait meanwhile.
//
//	strangers [FLAGS] HOST:PORT MANAGEMENT:PORT
//
// The strangers have the addresses 127.0.1.1 and up, so this is for servers on loopback alone. Others come from 127.0.2.x, each time from
// another address, and log in as user_FIRST and the users after it, once each. Prints a line for each kind of call:
// RESULT NAME CALLS FAILED P50 P99 MOST (microseconds), and for each kind of attack: ATTACK NAME COUNT.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	seconds  = flag.Int("seconds", 30, "how long it takes")
	networks = flag.Int("addresses", 40, "how many addresses the strangers have, at most 200")
	each     = flag.Int("each", 25, "how many connections, of each kind that is held, each address keeps")
	clients  = flag.Int("clients", 20, "how many guessing clients each address has")
	kinds    = flag.String("kinds", "", "what the strangers do: "+strings.Join(names(), ","))
	first    = flag.Int("first", 1, "the number of the first user that logs in")
	pace     = flag.Duration("pace", time.Second, "how often somebody logs in for the first time")
	host     string
	probes   string
)

// An attack is what one address does until the end; it counts what it did.
type attack func(from string, number int, end time.Time, count *atomic.Int64)

var attacks = map[string]attack{
	"silent":   hold(nil),
	"prefaces": hold(preface),
	"idle":     hold(request),
	"settings": settings,
	"paths":    paths,
	"guesses":  guesses,
	"denials":  denials,
}

func names() []string {
	return []string{"silent", "prefaces", "idle", "settings", "paths", "guesses", "denials"}
}

func main() {
	flag.Parse()
	if flag.NArg() != 2 || *networks < 1 || *networks > 200 {
		fail("usage: strangers [FLAGS] HOST:PORT MANAGEMENT:PORT")
	}
	host, probes = flag.Arg(0), flag.Arg(1)
	verify(verifiedUser)
	verify(plainUser)
	end := time.Now().Add(time.Duration(*seconds) * time.Second)
	var all sync.WaitGroup
	counts := map[string]*atomic.Int64{}
	for _, kind := range strings.FieldsFunc(*kinds, func(r rune) bool { return r == ',' }) {
		attack, known := attacks[kind]
		if !known {
			fail("unknown kind: " + kind)
		}
		counts[kind] = new(atomic.Int64)
		for number := range *networks {
			all.Add(1)
			go func() {
				defer all.Done()
				attack(fmt.Sprintf("127.0.1.%d", number+1), number, end, counts[kind])
			}()
		}
	}
	// The others come when the strangers are all there
	warm := time.Now().Add(time.Duration(min(5, *seconds/5)) * time.Second)
	results := measure(warm, end)
	all.Wait()
	for _, name := range names() {
		if count, ran := counts[name]; ran {
			fmt.Printf("ATTACK %s %d\n", name, count.Load())
		}
	}
	for _, result := range results {
		fmt.Println(result)
	}
	if wrong := answeredWrongly.Load(); wrong != nil {
		fail(fmt.Sprint(wrong))
	}
}

// A series of calls of one kind.
type series struct {
	name   string
	pause  time.Duration
	call   func(number int) error
	failed int
	times  []time.Duration
	reason string
}

func (s *series) run(warm, end time.Time) {
	time.Sleep(time.Until(warm))
	for number := 0; time.Now().Before(end); number++ {
		begin := time.Now()
		if err := s.call(number); err != nil {
			s.failed++
			s.reason = err.Error()
		}
		taken := time.Since(begin)
		s.times = append(s.times, taken)
		time.Sleep(s.pause - taken)
	}
}

func (s *series) String() string {
	slices.Sort(s.times)
	at := func(part float64) int64 {
		if len(s.times) == 0 {
			return 0
		}
		return s.times[min(len(s.times)-1, int(part*float64(len(s.times))))].Microseconds()
	}
	line := fmt.Sprintf("RESULT %s %d %d %d %d %d", s.name, len(s.times), s.failed, at(0.5), at(0.99), at(1))
	if s.failed > 0 {
		fmt.Fprintf(os.Stderr, "%s: %d of %d failed, the last: %s\n", s.name, s.failed, len(s.times), s.reason)
	}
	return line
}

func measure(warm, end time.Time) []*series {
	all := othersCalls()
	var running sync.WaitGroup
	for _, one := range all {
		running.Add(1)
		go func() {
			defer running.Done()
			one.run(warm, end)
		}()
	}
	running.Wait()
	sort.Slice(all, func(i, j int) bool { return all[i].name < all[j].name })
	return all
}

// verify lets a user log in before the strangers come.
func verify(user string) {
	if err := get(browser("127.0.0.1", false), "http://"+host+"/api/v1/me", user, password, http.StatusOK); err != nil {
		fail(fmt.Sprintf("%s cannot log in: %s", user, err))
	}
}

// answeredWrongly is what must never be, whatever the load.
var answeredWrongly atomic.Value

func fail(text string) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(1)
}
