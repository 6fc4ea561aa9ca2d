// Command shouhu is the office's program. It only wires: it reads the command
// line, calls the rooms, and prints people's text or one JSON document.
//
// Exit status: 0 done; 1 where a check's answer is no; 2 where the input or the
// call is wrong, with nothing on stdout and one line on stderr.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"shouhu/internal/dataflow"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

// cli is the command line. Help texts are Chinese first, English second.
type cli struct {
	Replay    replayCmd    `cmd:"" help:"按法律数据重放已公布案件的时间线 · replay published cases against the law"`
	Deadline  deadlineCmd  `cmd:"" help:"计算并解释一个期限 · count and explain one limit"`
	Law       lawCmd       `cmd:"" help:"查看、绘图和检查法律数据 · list, show, draw and check the law"`
	Threshold thresholdCmd `cmd:"" help:"侵犯公民个人信息的情节(法释〔2017〕10号) · severity thresholds"`
	Analyze   analyzeCmd   `cmd:"" help:"证据表格：总数、重复、人数、个人信息、情节 · exact counts over evidence tables"`
	Model     modelCmd     `cmd:"" help:"大数据法律监督模型：列出、检查、运行 · supervision models"`

	Init    initCmd    `cmd:"" help:"建立办公系统：密钥、管理员、检察长 · set up an office"`
	Serve   serveCmd   `cmd:"" help:"运行办公系统 · run the office"`
	Demo    demoCmd    `cmd:"" help:"演示：版面五案和正在办理的案件 · a demonstration office with running matters"`
	Fsck    fsckCmd    `cmd:"" help:"全部重新计算并核对，运行中也可以 · recompute and check everything"`
	Backup  backupCmd  `cmd:"" help:"备份成一个文件，运行中也可以；含密钥，须妥善保管 · save everything into one file, keys included"`
	Restore restoreCmd `cmd:"" help:"把备份恢复到空目录 · restore a backup into an empty folder"`
	Ferry   ferryCmd   `cmd:"" help:"把公共入口收到的密封信封收入办公系统，带回密封的答复 · carry sealed envelopes in and sealed answers back"`
	Keys    keysCmd    `cmd:"" help:"密钥：列出、轮换、用恢复份额恢复 · list, rotate and recover keys"`
	Token   tokenCmd   `cmd:"" help:"为人员制作接口访问令牌 · make an API token"`
}

// terminal is where a command that runs for long speaks while it runs; what run
// holds back is told when it is done.
type terminal struct{ out, err io.Writer }

func main() {
	syscall.Umask(0o077) // what the office writes is for its own user
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// errNo is the answer of a check that says no: what it found is printed all the
// same, and the exit status is 1.
var errNo = errors.New("no")

// run parses and executes one call. Output is held back until the call has
// succeeded, so that a failure leaves stdout empty.
func run(args []string, stdout, stderr io.Writer) (status int) {
	defer func() {
		if p := recover(); p != nil { // a mistake of ours: one line, and nothing half-written
			status = fail(stderr, fmt.Errorf("程序内部错误，请带上输入报告 (internal error, please report it with the input): %v", p))
		}
	}()
	var c cli
	var out bytes.Buffer
	exited := -1
	parser, err := kong.New(&c, kong.Name("shouhu"), kong.Description("守护 · 检察公益诉讼办案系统 (public-interest litigation)"),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return fail(stderr, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return fail(stderr, pil.Invalid("命令行有误：%v；shouhu --help 有说明 (wrong call; see --help)", err))
	}
	ctx.BindTo(&out, (*io.Writer)(nil))
	ctx.Bind(terminal{out: stdout, err: stderr})
	err = ctx.Run()
	if err != nil && !errors.Is(err, errNo) {
		return fail(stderr, err)
	}
	if _, werr := stdout.Write(out.Bytes()); werr != nil {
		return fail(stderr, werr)
	}
	if err != nil {
		return 1
	}
	return 0
}

// fail prints one line and gives the exit status for a wrong input or call; where
// even stderr is gone there is nobody left to tell.
func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "shouhu: "+strings.Join(strings.Fields(err.Error()), " "))
	return 2
}

// overlay is the flag every command shares that reads the law.
type overlay struct {
	Law []string `help:"覆盖内置法律的目录，可重复 · folder laid over the built-in law" placeholder:"DIR"`
}

// load reads the built-in law with the overlays over it.
func (o overlay) load() (*statute.Law, error) {
	over, err := o.layers()
	if err != nil {
		return nil, err
	}
	return statute.LoadWith(law.FS, over...)
}

// flows reads the rules of data-flow maps in the same way.
func (o overlay) flows() (*dataflow.Rules, error) {
	over, err := o.layers()
	if err != nil {
		return nil, err
	}
	return dataflow.Load(law.FS, over...)
}

func (o overlay) layers() (over []fs.FS, err error) {
	for _, dir := range o.Law {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() {
			return nil, pil.Invalid("--law %s:没有这个目录 (no such folder)", dir)
		}
		over = append(over, statute.Named{FS: os.DirFS(dir), Name: dir})
	}
	return over, nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
