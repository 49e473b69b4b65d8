#!/bin/sh
# Accounts of drops at an FTPS server. It lies beside its files, needs no rights but its own user's, and ends accounts by itself.
#
# drops     NAME:OPENS:CLOSES:open|closed:HASH:HOME   every account that was made here; seconds since 1970
# accounts  the FTPS server's own (passwd(5)): lines of others, which stay as they are, and those of drops that are open now
# roots     NAME -> HOME, for servers that find a root by the account's name
#
# keep.sh grant NAME OPENS CLOSES HOME   secret on stdin
# keep.sh extend NAME CLOSES | close NAME | forget NAME | known NAME | matches NAME (secret on stdin; yes or no)
# keep.sh facts FILES LOG | log LOG NAME | sweep | guard
set -eu
umask 077
PATH="$PATH:/usr/sbin:/sbin"
cd "$(dirname "$0")"
OURS=skyflytt-drop
OPEN='function open_at(t, from, until, state) { return state == "open" && from + 0 <= t + 0 && t + 0 < until + 0 }'

locked() { exec 9>lock; flock 9; }

now() { date +%s; }

field() { awk -F: -v name="$1" -v at="$2" '($1 "") == (name "") { print $at }' drops; }

put() { # NAME [LINE]: the account's line, or no such line any more
  { awk -F: -v name="$1" '($1 "") != (name "")' drops; if [ $# -gt 1 ]; then printf '%s\n' "$2"; fi; } >drops.new
  sync drops.new
  mv drops.new drops
}

rebuild() {
  {
    awk -F: -v ours=$OURS '$5 != ours' accounts
    awk -F: -v now="$(now)" -v ids="$(id -u):$(id -g)" -v ours=$OURS \
      "$OPEN"' open_at(now, $2, $3, $4) { print $1 ":" $5 ":" ids ":" ours ":" $6 ":/bin/false" }' drops
  } >accounts.new
  if cmp -s accounts.new accounts; then rm accounts.new; else sync accounts.new; mv accounts.new accounts; fi
}

# Processes of sessions whose account is not open now. Both servers write the account into their processes' titles.
over() {
  ps -e -ww -o pid= -o args= | awk -v now="$(now)" "$OPEN"'
    FNR == NR { split($0, a, ":"); over[a[1]] = !open_at(now, a[2], a[3], a[4]); next }
    { name = "" }
    $2 == "proftpd:" { name = $3 }
    $2 == "vsftpd:" { name = $3; sub(/^[^\/]*\//, "", name); sub(/:$/, "", name) }
    (name in over) && over[name] { print $1 }' drops -
}

cut_sessions() {
  signal=TERM # proftpd writes the end into its log; vsftpd does not mind it while a transfer runs
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(over)
    [ -n "$pids" ] || return 0
    kill -$signal $pids 2>/dev/null || true
    sleep 0.3
    signal=KILL
  done
}

sweep() { ( locked; rebuild; cut_sessions ); }

next_change() { # SINCE: the first second after it at which an account begins or ends
  awk -F: -v since="$1" '$4 == "open" { for (i = 2; i <= 3; i++) if ($i > since && (!next_ || $i < next_)) next_ = $i }
    END { if (next_) print next_ }' drops
}

guard() {
  sleeper=
  trap 'woken=yes; [ -z "$sleeper" ] || kill "$sleeper" 2>/dev/null || true' USR1 # first of all: the signal would end it
  exec 8>guard.lock
  flock -n 8 || exit 0
  echo $$ >guard.pid
  while :; do
    woken=
    sweep 8>&-
    sleep 1 8>&-
    swept=$(now) # before the sweep: what changes while it runs is still to come
    sweep 8>&-   # whoever was signing in while the file was written
    exec 9>lock
    flock 9
    due=$(next_change "$swept")
    [ -n "$due" ] || exit 0 # under the lock: whoever grants next starts another
    exec 9>&-
    left=$((due - $(now)))
    [ "$left" -ge 0 ] || left=0
    [ "$left" -le 15 ] || left=15
    sleep "$left" 8>&- &
    sleeper=$!
    [ -z "$woken" ] || kill "$sleeper" 2>/dev/null || true
    wait "$sleeper" || true
    sleeper=
  done
}

guarded() { ! flock -n guard.lock true; }

wake_guard() {
  exec 9>&-
  if guarded && ps -ww -o args= -p "$(cat guard.pid)" | grep -q keep.sh; then
    kill -USR1 "$(cat guard.pid)"
  else
    setsid sh ./keep.sh guard </dev/null >/dev/null 2>&1 &
  fi
  own_cron=$(command -v crontab || true)
  [ -n "$own_cron" ] || return 0
  line="* * * * * /bin/sh '$PWD/keep.sh' guard >/dev/null 2>&1 # $OURS"
  if awk -F: '$4 == "open" { found = 1 } END { exit !found }' drops; then
    crontab -l 2>/dev/null | grep -qxF "$line" || { crontab -l 2>/dev/null || true; echo "$line"; } | crontab - || true
  elif crontab -l 2>/dev/null | grep -qxF "$line"; then
    { crontab -l | grep -vxF "$line" || true; } | crontab - || true
  fi
}

cron_runs() { ps -e -o comm= | grep -qx -e cron -e crond && crontab -l 2>/dev/null | grep -qF "# $OURS"; }

taken() { awk -F: -v name="$1" -v ours=$OURS '($1 "") == (name "") && $5 != ours { found = 1 } END { exit !found }' accounts; }

touch drops accounts
mkdir -p roots
chmod 711 roots .
case "$1" in
  grant)
    locked
    if taken "$2"; then exit 3; fi
    hash=$(openssl passwd -6 -stdin)
    put "$2" "$2:$3:$4:open:$hash:$5"
    ln -sfn "$5" "roots/$2"
    rebuild
    wake_guard
    ;;
  extend)
    locked
    [ -n "$(field "$2" 4)" ] || exit 4
    put "$2" "$2:$(field "$2" 2):$3:$(field "$2" 4):$(field "$2" 5):$(field "$2" 6)"
    rebuild
    wake_guard
    ;;
  close)
    locked
    [ -n "$(field "$2" 4)" ] || exit 0
    put "$2" "$2:$(field "$2" 2):$(field "$2" 3):closed:$(field "$2" 5):$(field "$2" 6)"
    rm -f "roots/$2"
    rebuild
    cut_sessions
    over | wc -l
    wake_guard
    ;;
  forget)
    locked
    put "$2"
    rm -f "roots/$2"
    rebuild
    wake_guard
    ;;
  known) field "$2" 4 ;;
  matches)
    hash=$(field "$2" 5)
    salt=${hash#\$6\$}
    if [ -n "$hash" ] && [ "$(openssl passwd -6 -salt "${salt%%\$*}" -stdin)" = "$hash" ]; then echo yes; else echo no; fi
    ;;
  facts) # NAME FILES LOG
    echo "now=$(now)"
    for tool in awk cmp flock openssl ps setsid sync; do command -v $tool >/dev/null || echo "missing=$tool"; done
    if taken "$2"; then echo taken=yes; fi
    [ -w "$3" ] || echo "unwritable=$3"
    [ -r "$4" ] || echo "unreadable=$4"
    echo "free_kib=$(df -Pk "$3" | awk 'NR == 2 { print $4 }')"
    if cron_runs; then echo cron=yes; fi
    if guarded; then echo guard=yes; fi
    ;;
  log) for file in "$2.1" "$2"; do if [ -r "$file" ]; then grep -aF -e "$3" "$file" || true; fi; done ;;
  sweep) sweep ;;
  guard) guard ;;
esac
