// Package testclickhouse starts ClickHouse servers for tests: on loopback, with
// ports of the moment and a temporary folder, as a user without rights. For
// tests only.
package testclickhouse

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Server is one running server.
type Server struct {
	Addr    string // host:port of the native protocol
	process *exec.Cmd
	ended   chan struct{}
}

// Start starts n servers and stops them when the test ends. Where Debian's
// clickhouse-server is not installed the test is skipped and says so.
func Start(t testing.TB, n int) []*Server {
	t.Helper()
	program, err := exec.LookPath("clickhouse-server")
	if err != nil {
		t.Skip("clickhouse-server is not installed (packages.txt)")
	}
	var servers []*Server
	for range n {
		servers = append(servers, start(t, program))
	}
	for _, s := range servers {
		s.await(t)
	}
	return servers
}

// Stop ends a server before the test does.
func (s *Server) Stop() {
	_ = s.process.Process.Kill() // it may have ended
	<-s.ended
}

func start(t testing.TB, program string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "shouhu-clickhouse-") //nolint:usetesting // t.TempDir lies in a folder others may not enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	tcp, http, between := port(t), port(t), port(t)
	files := map[string]string{
		"config.xml": fmt.Sprintf(config, dir, http, tcp, between), "users.xml": users,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(program, "--config-file="+filepath.Join(dir, "config.xml"))
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(nobody.Uid)
		gid, _ := strconv.Atoi(nobody.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: "127.0.0.1:" + strconv.Itoa(tcp), process: c, ended: make(chan struct{})}
	go func() { _ = c.Wait(); close(s.ended) }() // it is always killed in the end
	t.Cleanup(s.Stop)
	return s
}

// port is one that nobody listens on.
func port(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // only asked for its number
	return l.Addr().(*net.TCPAddr).Port
}

func (s *Server) await(t testing.TB) {
	t.Helper()
	for range 300 {
		select {
		case <-s.ended:
			t.Fatal("clickhouse-server ended at once")
		case <-time.After(100 * time.Millisecond):
		}
		if c, err := net.Dial("tcp", s.Addr); err == nil {
			_ = c.Close() // only asked whether it is there
			return
		}
	}
	t.Fatal("clickhouse-server does not listen")
}

const config = `<yandex>
 <logger><level>error</level><log>%[1]s/log</log><errorlog>%[1]s/errors</errorlog></logger>
 <http_port>%[2]d</http_port><tcp_port>%[3]d</tcp_port><interserver_http_port>%[4]d</interserver_http_port>
 <listen_host>127.0.0.1</listen_host>
 <path>%[1]s/data/</path><tmp_path>%[1]s/tmp/</tmp_path><user_files_path>%[1]s/files/</user_files_path><format_schema_path>%[1]s/schemas/</format_schema_path>
 <users_config>%[1]s/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
 <mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
</yandex>
`

const users = `<yandex>
 <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
 <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
 <quotas><default></default></quotas>
</yandex>
`
