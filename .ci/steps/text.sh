# shellcheck shell=bash
# Steps that only read files.

MAX_LINES=600

step_words() {
  # Written in pieces, so that this file does not find itself.
  local marks='\b(TO''DO|FIX''ME)\b|\b(to''do|unimple''mented|db''g)!\(|#\[ign''ore'
  # Paths of one machine, and hosts of package registries: neither belongs in a repository.
  local paths='(^|[^[:alnum:]_.-])/(wo''rk|ro''ot|ho''me)/|https?://[^ ]*(crates\.''io|py''pi\.|pythonhosted|npm''js)'
  local files found=0
  mapfile -d '' files < <(sources '*.rs' '*.toml' '*.md' '*.sh' '*.py' '*.sql' '*.txt' .ci/run)
  [[ ${#files[@]} -gt 0 ]] || fail "git lists no file"
  if grep -nHE "$marks" "${files[@]}"; then
    say "the marks above are not allowed: do it now, or file an issue"
    found=1
  fi
  if grep -nHE "$paths" "${files[@]}"; then
    say "the paths or hosts above are not allowed in the repository"
    found=1
  fi
  [[ $found -eq 0 ]] || fail "leftovers found"
  say "${#files[@]} files read"
}

step_size() {
  local file lines count=0 found=0
  while IFS= read -r -d '' file; do
    count=$((count + 1))
    lines=$(wc -l <"$file")
    if [[ $lines -gt $MAX_LINES ]]; then
      say "$file has $lines lines"
      found=1
    fi
  done < <(sources src)
  [[ $found -eq 0 ]] || fail "a file under src/ has at most $MAX_LINES lines: one concept each"
  say "$count files"
}

step_fmt() {
  local manifest
  for manifest in $(manifests); do
    cargo fmt --all --check --manifest-path "$manifest" || fail "$manifest: run cargo fmt"
  done
}
