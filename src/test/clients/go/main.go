// S2 to S11 with the Go SDK, in Milvus' own words; and a client that does nothing for 70 seconds.
//
//	go run . HOST:PORT [idle]
//
// There has to be a Gatehouse with its defaults and no user but root.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"reflect"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"github.com/milvus-io/milvus/pkg/v2/util/merr"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	badLogin = "Unauthenticated: auth check failure, please check username and password are correct"
	password = "P@ssw0rd"
)

var (
	address        string
	ctx            context.Context
	passed, failed int
)

func equal(what string, actual, expected any) {
	if reflect.DeepEqual(actual, expected) {
		passed++
		return
	}
	failed++
	fmt.Printf("FAILED %s\n  expected %v\n  got      %v\n", what, expected, actual)
}

// shown is what a program sees of an error: the code of the gRPC status or Milvus' own, and the text.
func shown(err error) string {
	if err == nil {
		return "none"
	}
	if answer, ok := status.FromError(err); ok && answer.Code() != codes.Unknown {
		return fmt.Sprintf("%s: %s", answer.Code(), answer.Message())
	}
	return fmt.Sprintf("%d: %s", merr.Code(err), err)
}

func refused(what string, err error, expected string) { equal(what, shown(err), expected) }

func done(what string, err error) { refused(what, err, "none") }

func denied(privilege string) string {
	return fmt.Sprintf("PermissionDenied: Privilege%s: permission deny to user_1 in the `default` database", privilege)
}

func dial(user, password string) (*milvusclient.Client, error) {
	return milvusclient.New(ctx, &milvusclient.ClientConfig{Address: address, Username: user, Password: password})
}

// loggedIn ends the suite when there is no client to go on with.
func loggedIn(user, password string) *milvusclient.Client {
	client, err := dial(user, password)
	if err != nil {
		fmt.Printf("FAILED %s is not let in: %s\n", user, err)
		os.Exit(1)
	}
	return client
}

func loginRefused(what, user, password, expected string) {
	_, err := dial(user, password)
	refused(what, err, expected)
}

func users(client *milvusclient.Client) []string {
	names, err := client.ListUsers(ctx, milvusclient.NewListUserOption())
	if err != nil {
		return []string{shown(err)}
	}
	return names
}

func describe(client *milvusclient.Client, user string) (*entity.User, error) {
	return client.DescribeUser(ctx, milvusclient.NewDescribeUserOption(user))
}

// described is the user's name and roles in one text.
func described(client *milvusclient.Client, user string) string {
	answer, err := describe(client, user)
	if err != nil {
		return shown(err)
	}
	return strings.Join(append([]string{answer.UserName}, answer.Roles...), " ")
}

func create(client *milvusclient.Client, user, password string) error {
	return client.CreateUser(ctx, milvusclient.NewCreateUserOption(user, password))
}

func drop(client *milvusclient.Client, user string) error {
	return client.DropUser(ctx, milvusclient.NewDropUserOption(user))
}

func change(client *milvusclient.Client, user, from, to string) error {
	return client.UpdatePassword(ctx, milvusclient.NewUpdatePasswordOption(user, from, to))
}

func grant(client *milvusclient.Client, user, role string) error {
	return client.GrantRole(ctx, milvusclient.NewGrantRoleOption(user, role))
}

func collections(client *milvusclient.Client) error {
	_, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
	return err
}

func sdkVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/milvus-io/milvus/client/v2" {
				return module.Version
			}
		}
	}
	return "of an unknown version"
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 || len(os.Args) == 3 && os.Args[2] != "idle" {
		fmt.Println("usage: go run . HOST:PORT [idle]")
		os.Exit(2)
	}
	address = os.Args[1]
	var cancel context.CancelFunc
	ctx, cancel = context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()

	if len(os.Args) == 3 {
		idle()
		report(fmt.Sprintf("Go SDK %s, idle for %s", sdkVersion(), idleTime))
		return
	}
	root := login()
	look(root)
	user := newUser(root)
	permissions(root, user)
	user = passwordChange(root, user)
	rolesAndDrop(root, user)
	order(root)
	names(root)
	passwords(root)
	moving(root)
	equal("only root again", users(root), []string{"root"})

	report("Go SDK " + sdkVersion())
}

// moving takes a user out with its password hash, and in again.
func moving(root *milvusclient.Client) {
	done("create", create(root, "user_1", password))
	done("grant", grant(root, "user_1", "admin"))
	backup, err := root.BackupRBAC(ctx, milvusclient.NewBackupRBACOption())
	done("backup", err)
	if err != nil {
		return
	}
	equal("what is backed up", fmt.Sprint(len(backup.Users), len(backup.Roles), len(backup.RoleGrants)), "1 0 0")
	restore := func() error { return root.RestoreRBAC(ctx, milvusclient.NewRestoreRBACOption(backup)) }
	refused("restore beside it", restore(), "65535: failed to check if rbac restorable: user [user_1] already exists")
	done("drop", drop(root, "user_1"))
	done("restore", restore())
	equal("user_1 is an administrator again", users(loggedIn("user_1", password)), []string{"root", "user_1"})
	_, err = loggedIn("user_1", password).BackupRBAC(ctx, milvusclient.NewBackupRBACOption())
	done("an administrator's backup", err)
	done("revoke", root.RevokeRole(ctx, milvusclient.NewRevokeRoleOption("user_1", "admin")))
	_, err = loggedIn("user_1", password).BackupRBAC(ctx, milvusclient.NewBackupRBACOption())
	refused("anybody's backup", err, denied("BackupRBAC"))
	done("drop", drop(root, "user_1"))
}

// report prints the last line and, when a check failed, ends the program as failed.
func report(suite string) {
	if failed > 0 || passed == 0 {
		fmt.Printf("%s: %d checks failed\n", suite, failed)
		os.Exit(1)
	}
	fmt.Printf("checks: %s: %d passed\n", suite, passed)
}

const idleTime = 70 * time.Second

// idle pings every five seconds, as the SDK does by itself; a server that minds would make it dial again.
func idle() {
	var dials atomic.Int32
	config := &milvusclient.ClientConfig{Address: address, Username: "root", Password: "Milvus"}
	config.DialOptions = append([]grpc.DialOption{
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			dials.Add(1)
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		}),
	}, milvusclient.DefaultGrpcOpts...)
	root, err := milvusclient.New(ctx, config)
	done("connect", err)
	if err != nil {
		return
	}
	equal("before", described(root, "root"), "root")
	time.Sleep(idleTime)
	equal("after", described(root, "root"), "root")
	equal("connections", dials.Load(), int32(1))
}

// S2, S3
func login() *milvusclient.Client {
	loginRefused("a wrong password", "root", "not-this-one", badLogin)
	loginRefused("an unknown user", "nobody", password, badLogin)
	loginRefused("no token", "", "", "Unauthenticated: missing authorization in header")
	_, err := milvusclient.New(ctx, &milvusclient.ClientConfig{Address: address, APIKey: "justAKey"})
	refused("an API key", err, "Unauthenticated: auth check failure, please check api key is correct")
	root := loggedIn("root", "Milvus")
	equal("root's users", users(root), []string{"root"})
	equal("root described", described(root, "root"), "root")
	byToken, err := milvusclient.New(ctx, &milvusclient.ClientConfig{Address: address, APIKey: "root:Milvus"})
	done("user and password as a token", err)
	if err == nil {
		equal("users by token", users(byToken), []string{"root"})
	}
	return root
}

// look asks what a client asks when it looks around.
func look(root *milvusclient.Client) {
	version, err := root.GetServerVersion(ctx, milvusclient.NewGetServerVersionOption())
	equal("version", version+" "+shown(err), "v2.6.6 none")
	databases, err := root.ListDatabase(ctx, milvusclient.NewListDatabaseOption())
	equal("databases", fmt.Sprint(databases, shown(err)), "[default]none")
	names, err := root.ListCollections(ctx, milvusclient.NewListCollectionOption())
	equal("collections", fmt.Sprint(names, shown(err)), "[]none")
	has, err := root.HasCollection(ctx, milvusclient.NewHasCollectionOption("books"))
	equal("has a collection", fmt.Sprint(has, shown(err)), "falsenone")
	done("database by name", root.UseDatabase(ctx, milvusclient.NewUseDatabaseOption("default")))
}

// S4, S5
func newUser(root *milvusclient.Client) *milvusclient.Client {
	done("create", create(root, "user_1", password))
	equal("user_1 described", described(root, "user_1"), "user_1")
	_, err := describe(root, "nobody")
	equal("nobody described", err != nil && err.Error() == "not user found", true)
	refused("a duplicate", create(root, "user_1", password), "65535: user already exists: user_1")
	user := loggedIn("user_1", password)
	equal("user_1 describes itself", described(user, "user_1"), "user_1")
	return user
}

func permissions(root, user *milvusclient.Client) {
	_, err := user.ListUsers(ctx, milvusclient.NewListUserOption())
	refused("user_1 lists", err, denied("SelectOwnership"))
	_, err = describe(user, "root")
	refused("user_1 describes root", err, denied("SelectUser"))
	refused("user_1 creates", create(user, "user_2", password), denied("CreateOwnership"))
	refused("user_1 drops root", drop(user, "root"), denied("DropOwnership"))
	refused("user_1 drops itself", drop(user, "user_1"), denied("DropOwnership"))
	refused("user_1 grants", grant(user, "user_1", "admin"), denied("ManageOwnership"))
	refused("user_1 changes root's password", change(user, "root", "Milvus", "Changed1"), denied("UpdateUser"))
	equal("nothing changed", users(root), []string{"root", "user_1"})
}

// S6, S7
func passwordChange(root, user *milvusclient.Client) *milvusclient.Client {
	const mismatch = "1400: old password not correct for user_1: not authenticated"
	refused("a wrong old password", change(user, "user_1", "not-this-one", "Changed1"), mismatch)
	refused("no old password", change(user, "user_1", "", "Changed1"), mismatch)
	refused("root gives no old password", change(root, "user_1", "", "Changed1"), mismatch)
	refused("a short new password", change(user, "user_1", password, "12345"),
		"1100: invalid password length: invalid parameter[5 out of range 6 <= value <= 256]")
	done("change", change(user, "user_1", password, "Changed1"))
	refused("the old token on an open client", collections(user), badLogin)
	loginRefused("the old token on a new client", "user_1", password, badLogin)
	user = loggedIn("user_1", "Changed1")
	equal("the new token", described(user, "user_1"), "user_1")
	return user
}

// S8
func rolesAndDrop(root, user *milvusclient.Client) {
	roles, err := root.ListRoles(ctx, milvusclient.NewListRoleOption())
	equal("roles", fmt.Sprint(roles, shown(err)), "[admin public]none")
	done("grant", grant(root, "user_1", "admin"))
	equal("granted", described(root, "user_1"), "user_1 admin")
	equal("an administrator lists", users(user), []string{"root", "user_1"})
	refused("a role that is not there", grant(root, "user_1", "nope"),
		"65535: not found the role, maybe the role isn't existed or internal system error")
	refused("an administrator drops itself", drop(user, "user_1"), "1401: user cannot drop itself: privilege not permitted")
	refused("an administrator drops root", drop(user, "root"), "1401: root user cannot be deleted: privilege not permitted")
	refused("root drops itself", drop(root, "root"), "1401: root user cannot be deleted: privilege not permitted")
	done("revoke", root.RevokeRole(ctx, milvusclient.NewRevokeRoleOption("user_1", "admin")))
	equal("revoked", described(root, "user_1"), "user_1")
	done("drop", drop(root, "user_1"))
	refused("the dropped user's open client", collections(user), badLogin)
	loginRefused("the dropped user's new client", "user_1", "Changed1", badLogin)
	done("drop an unknown user", drop(root, "user_1"))
	refused("drop nobody", drop(root, ""), "65535: failed to check if delete credential: username is empty")
}

// S9
func order(root *milvusclient.Client) {
	some := []string{"b", "a", "B", "a_1"}
	for _, name := range some {
		done("create "+name, create(root, name, password))
	}
	equal("users by name", users(root), []string{"B", "a", "a_1", "b", "root"})
	for _, name := range some {
		done("drop "+name, drop(root, name))
	}
}

// S10
func names(root *milvusclient.Client) {
	first := func(name, got string) string {
		return fmt.Sprintf("1100: invalid user name %s, the first character must be a letter, but got %s: invalid parameter", name, got)
	}
	other := func(name, got string) string {
		return fmt.Sprintf("1100: invalid user name %s, username must contain only numbers, letters and underscores, but got %s: invalid parameter",
			name, got)
	}
	long := strings.Repeat("a", 33)
	for _, bad := range [][2]string{
		{"", "1100: username must be not empty: invalid parameter"},
		{long, "1100: invalid username " + long + " with length 33, the length of username must be less than 32: invalid parameter"},
		{"1user", first("1user", "1")},
		{"_user", first("_user", "_")},
		{"us er", other("us er", " ")},
		{"us-er", other("us-er", "-")},
		{"us@er", other("us@er", "@")},
		{"us\u00e9r", other("us\u00e9r", "U+00E9")},
	} {
		refused("name "+bad[0], create(root, bad[0], password), bad[1])
	}
	longest := "a" + strings.Repeat("Z9_", 10) + "z"
	done("32 characters", create(root, longest, password))
	equal("log in with 32 characters", described(loggedIn(longest, password), longest), longest)
	done("drop 32 characters", drop(root, longest))
}

// S11
func passwords(root *milvusclient.Client) {
	for bad, count := range map[string]int{"": 0, "12345": 5, strings.Repeat("a", 257): 257, "\u5bc6\u7801": 2} {
		refused(fmt.Sprintf("password of %d", count), create(root, "user_1", bad),
			fmt.Sprintf("1100: invalid password length: invalid parameter[%d out of range 6 <= value <= 256]", count))
	}
	for _, good := range []string{"123456", strings.Repeat("a", 256), strings.Repeat("\u00e9", 256), "with:a:colon"} {
		done("create", create(root, "user_1", good))
		equal("log in", described(loggedIn("user_1", good), "user_1"), "user_1")
		loginRefused("another last character", "user_1", good[:len(good)-1]+"?", badLogin)
		done("drop", drop(root, "user_1"))
	}
}
