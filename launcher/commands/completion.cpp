#include "launcher/commands/commands.h"

namespace berth::launcher {
namespace {

// The scripts ask `berth` itself for names when a key is pressed, so they stay
// right. Verbs and options are those of cli*.cpp; a test compares them with
// `berth help`.
constexpr const char* kBash =
    R"bash(# berth completion for bash: source <(berth completion bash)
_berth() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local verbs="start run stop restart list ls show port url wait logs call exec use profile approvals approve deny grants revoke up down ui service browser doctor prune completion version help"
  local verb="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then verb=${COMP_WORDS[i]}; break; fi
  done
  local options="" words=""
  case $verb in
    "") words=$verbs; options="--color --help --version" ;;
    start) words=$(berth list --quiet --all 2>/dev/null)
           options="--all --port --port-range --timeout --create --no-daemon" ;;
    run) words=$(berth list --quiet --all 2>/dev/null)
         options="--port --port-range --timeout --create" ;;
    stop) words=$(berth list --quiet 2>/dev/null)
          options="--all --timeout --force" ;;
    restart) words=$(berth list --quiet 2>/dev/null)
             options="--timeout --force" ;;
    list|ls) options="--all --json --watch --wide --health --mdns --quiet" ;;
    show) words=$(berth list --quiet --all 2>/dev/null)
          options="--json --reveal-token" ;;
    port|url|call|exec) words=$(berth list --quiet 2>/dev/null) ;;
    wait) words=$(berth list --quiet --all 2>/dev/null)
          options="--for --timeout" ;;
    logs) words=$(berth list --quiet --all 2>/dev/null)
          options="--follow --lines -f -n" ;;
    use) words=$(berth list --quiet --all 2>/dev/null) ;;
    profile)
      if ((COMP_CWORD == i + 1)); then
        words="create list show set rename remove"
      else
        words=$(berth list --quiet --all 2>/dev/null)
        case ${COMP_WORDS[i+1]} in
          create) words=""
                  options="--wallet --upstream --listen --health --mnemonic-file --chain-id --approve --title --color --icon --port --restart --autostart" ;;
          list|show) options="--json" ;;
          set) if ((COMP_CWORD == i + 3)); then
                 words="wallet upstream command listen health chain_id approve title color icon port restart autostart"
               fi ;;
          remove) options="--yes --data" ;;
        esac
      fi ;;
    approvals) options="--json --watch" ;;
    approve|deny) options="--yes" ;;
    grants) words=$(berth list --quiet --all 2>/dev/null)
            options="--json" ;;
    revoke) words=$(berth list --quiet --all 2>/dev/null) ;;
    ui) options="--no-open" ;;
    service) if ((COMP_CWORD == i + 1)); then
               words="install remove status"
             elif [[ ${COMP_WORDS[i+1]} == status ]]; then
               options="--json"
             fi ;;
    browser) if ((COMP_CWORD == i + 1)); then
               words="install remove status"; options="--extension-dir"
             else
               options="--system"
               [[ ${COMP_WORDS[i+1]} == status ]] && options="--system --json"
             fi ;;
    doctor) options="--json --record" ;;
    completion) words="bash zsh fish" ;;
    help) words="$verbs exit-codes environment files" ;;
  esac
  case $prev in
    --wallet) words="dev forward"; options="" ;;
    --restart) words="no on-failure always"; options="" ;;
    --approve) words="ask native always"; options="" ;;
    --for) words="running stopped"; options="" ;;
    --listen) words="any port socket"; options="" ;;
    --record) words=$(berth list --quiet --all 2>/dev/null); options="" ;;
    --color) [[ $verb == "" ]] && words="auto always never" && options="" ;;
    --mnemonic-file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  [[ $cur == -* ]] && words=$options
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _berth berth
)bash";

// zsh runs the same function through its emulation of bash's completion.
constexpr const char* kZshHead = R"zsh(#compdef berth
# berth completion for zsh: source <(berth completion zsh)
autoload -U +X bashcompinit && bashcompinit
)zsh";

constexpr const char* kFish =
    R"fish(# berth completion for fish: berth completion fish | source
function __berth_all; berth list --quiet --all 2>/dev/null; end
function __berth_live; berth list --quiet 2>/dev/null; end
function __berth_verb; __fish_seen_subcommand_from $argv; end
complete -c berth -f
complete -c berth -n __fish_use_subcommand -a "start run stop restart list ls show port url wait logs call exec use profile approvals approve deny grants revoke up down ui service browser doctor prune completion version help"
complete -c berth -n __fish_use_subcommand -l color -x -a "auto always never"
complete -c berth -n __fish_use_subcommand -l help -s h
complete -c berth -n __fish_use_subcommand -l version
complete -c berth -n "__berth_verb start run show wait logs use grants revoke" -a "(__berth_all)"
complete -c berth -n "__berth_verb stop restart port url call exec" -a "(__berth_live)"
complete -c berth -n "__berth_verb start stop list ls" -l all
complete -c berth -n "__berth_verb start run" -l port -x
complete -c berth -n "__berth_verb start run" -l port-range -x
complete -c berth -n "__berth_verb start run" -l create
complete -c berth -n "__berth_verb start" -l no-daemon
complete -c berth -n "__berth_verb start run stop restart wait" -l timeout -x
complete -c berth -n "__berth_verb stop restart" -l force
complete -c berth -n "__berth_verb list ls approvals" -l watch
complete -c berth -n "__berth_verb list ls" -l wide
complete -c berth -n "__berth_verb list ls" -l health
complete -c berth -n "__berth_verb list ls" -l mdns
complete -c berth -n "__berth_verb list ls" -l quiet
complete -c berth -n "__berth_verb list ls show doctor approvals grants" -l json
complete -c berth -n "__berth_verb doctor" -l record -x -a "(__berth_all)"
complete -c berth -n "__berth_verb approve deny" -l yes
complete -c berth -n "__berth_verb show" -l reveal-token
complete -c berth -n "__berth_verb wait" -l for -x -a "running stopped"
complete -c berth -n "__berth_verb logs" -l follow -s f
complete -c berth -n "__berth_verb logs" -l lines -s n -x
complete -c berth -n "__berth_verb ui" -l no-open
complete -c berth -n "__berth_verb service" -a "install remove status"
complete -c berth -n "__berth_verb service; and __berth_verb status" -l json
complete -c berth -n "__berth_verb browser" -a "install remove status"
complete -c berth -n "__berth_verb browser" -l extension-dir
complete -c berth -n "__berth_verb browser; and __berth_verb install remove status" -l system
complete -c berth -n "__berth_verb browser; and __berth_verb status" -l json
complete -c berth -n "__berth_verb completion" -a "bash zsh fish"
complete -c berth -n "__berth_verb help" -a "exit-codes environment files"
set -l subs create list show set rename remove
complete -c berth -n "__berth_verb profile; and not __berth_verb $subs" -a "$subs"
complete -c berth -n "__berth_verb profile; and __berth_verb show set rename remove" -a "(__berth_all)"
complete -c berth -n "__berth_verb profile; and __berth_verb set" -a "wallet upstream command listen health chain_id approve title color icon port restart autostart"
complete -c berth -n "__berth_verb profile; and __berth_verb list show" -l json
complete -c berth -n "__berth_verb profile; and __berth_verb remove" -l yes
complete -c berth -n "__berth_verb profile; and __berth_verb remove" -l data
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l wallet -x -a "dev forward"
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l upstream -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l listen -x -a "any port socket"
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l health -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l mnemonic-file -r -F
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l chain-id -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l approve -x -a "ask native always"
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l title -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l color -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l icon -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l port -x
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l restart -x -a "no on-failure always"
complete -c berth -n "__berth_verb profile; and __berth_verb create" -l autostart
)fish";

}  // namespace

int completion(const std::string& shell, Context& context) {
  const auto& console = context.console;
  if (shell == "bash") {
    console.write(kBash);
  } else if (shell == "zsh") {
    console.write(kZshHead);
    console.write(kBash);
  } else if (shell == "fish") {
    console.write(kFish);
  } else {
    return console.fail(
        Failure(Exit::usage, {Errc::invalid, "no completion for: " + shell,
                              "there is bash, zsh and fish"}));
  }
  return 0;
}

}  // namespace berth::launcher
