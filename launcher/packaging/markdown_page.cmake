# Makes the manual page OUT, NAME(SECTION), of the Markdown file IN, with
# go-md2man at MD2MAN. IN is a page already (its first heading is the title), or
# any text, whose first heading gives way to NAME - ABOUT. What is in the source
# folder is left out of it.
# Run as: cmake -D IN=... -D OUT=... -D NAME=... -D SECTION=... -D VERSION=...
#               -D MD2MAN=... [-D ABOUT=...] -P markdown_page.cmake
cmake_minimum_required(VERSION 3.25)

# Not file(READ) of a list: Markdown has ";" and "[" in it.
file(READ "${IN}" text)
if(ABOUT)
  string(REGEX REPLACE
         "^# [^\n]*\n"
         "# ${NAME}\n\n# NAME\n\n${NAME} - ${ABOUT}\n\n# DESCRIPTION\n" text
         "${text}")
  string(REGEX REPLACE "\n## What is in this folder\n.*" "\n" text "${text}")
  # A page has no links to its own parts, and none to files beside it.
  string(REGEX REPLACE "\n[^\n]*\\]\\(#what-is-in-this-folder\\)[^\n]*\n" "\n"
                       text "${text}")
  string(REGEX REPLACE "\\[([^]\n]*)\\]\\((#|[a-z./_-]+)[^)\n]*\\)" "\\1" text
                       "${text}")
endif()

file(WRITE "${OUT}.md" "${text}")
execute_process(COMMAND ${MD2MAN} -in "${OUT}.md" -out "${OUT}"
                        COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE "${OUT}.md")

file(READ "${OUT}" page)
string(TOUPPER "${NAME}" title)
string(REGEX REPLACE "\n\\.TH[^\n]*\n"
       "\n.TH ${title} ${SECTION} \"\" \"Berth ${VERSION}\" \"Berth\"\n" page
       "${page}")
# Code in bold, without a font that groff alone knows.
string(REPLACE "\\fB\\fC" "\\fB" page "${page}")
string(REPLACE "\\fC" "\\fB" page "${page}")
# Of a table's last column go-md2man breaks the lines of long cells only, and a
# wide table runs out of the page: break all, in what room is left.
string(REGEX REPLACE "\t([^T\t\n][^\t\n]*|T[^{\t\n][^\t\n]*)\n"
                     "\tT{\n\\1\nT}\n" page "${page}")
string(REGEX REPLACE "l \\.\n" "lx .\n" page "${page}")
string(REPLACE "\n.TS\n" "\n.na\n.TS\n" page "${page}")
string(REPLACE "\n.TE\n" "\n.TE\n.ad\n" page "${page}")
string(REGEX REPLACE "(\n\\.S[HS] [^\n]*)\n\\.PP\n" "\\1\n" page "${page}")
file(WRITE "${OUT}" "${page}")
