# SPDX-License-Identifier: Apache-2.0
"""The small bugs of Verilog."""
import re

from mutant import Collector

RELATIONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
LOGIC = {"&&": "||", "||": "&&"}
ARITHMETIC = {"+": "-", "-": "+", "&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<"}
DECLARES = {"input", "output", "inout", "wire", "reg", "integer", "parameter", "localparam", "genvar", "signed", "function"}
KEYWORDS = DECLARES | set("""always assign begin case casez casex default end endcase endfunction endgenerate endmodule endtask else
    for generate if initial module negedge or posedge repeat task while""".split())
STOPS_LOGIC = {"&&", "||", ",", ";", "?", ":", "=", "begin", "end", "else"}
BEFORE_OPERAND = {"(", ",", "=", "<=", "?", ":", "&&", "||", "&", "|", "^", "==", "!=", "{"}
SIZED = re.compile(r"(\d*\s*'[sS]?)([bodhBODH])\s*([0-9a-fA-F_]+)$")


class Verilog:
    def __init__(self, source):
        self.source = source
        self.tokens = source.tokens
        self.out = Collector(source)
        self.assigns = set()   # indices of `<=` that assign

    def mutants(self):
        hidden = self._declared_ranges()
        self._statements()
        for i, token in enumerate(self.tokens):
            if i in hidden:
                continue
            if token.kind == "punct":
                self._punct(i, token)
            elif token.kind == "number":
                self._number(i, token)
            elif token.text == "if":
                self._condition(i)
        return self.out.found

    def _text(self, i):
        return self.source.text_at(i)

    def _replace(self, kind, i, new):
        self.out.add(kind, self.tokens[i].start, self.tokens[i].end, new)

    def _declared_ranges(self):
        """Heads of modules, widths of declarations, checks of parameters."""
        hidden = set()
        for i, token in enumerate(self.tokens):
            if token.text == "localparam" and self._is_list_of_codes(i):
                hidden.update(range(i, self.source.operand_end(i, {";"}) + 1))
            elif token.text == "module":
                end = i
                while self._text(end) != ";":
                    end = self.tokens[end].pair + 1 if self._text(end) == "(" else end + 1
                hidden.update(range(i, end))
            elif token.text in DECLARES and self._text(i + 1) == "[":
                hidden.update(range(i, self.tokens[i + 1].pair + 1))
            elif token.text == "unused_ok":
                hidden.update(range(i, self.source.operand_end(i, {";"})))
            elif token.text == "generate" and self._text(i + 1) == "if":
                end = i
                while self._text(end) != "endgenerate":
                    end += 1
                if end - i < 60 and any("error_at_elaboration" in self._text(j) for j in range(i, end)):
                    hidden.update(range(i, end))
        return hidden

    def _is_list_of_codes(self, i):
        """Names of states and the like, as an enum in C++: which code is whose is a choice."""
        words = [self._text(j) for j in range(i, self.source.operand_end(i, {";"}) + 1)]
        return words.count("=") > 1 and all(SIZED.match(words[j + 1]) for j, word in enumerate(words) if word == "=")

    def _punct(self, i, token):
        text = token.text
        if token.spaced and i not in self.assigns:
            for new in RELATIONS.get(text, ()):
                self._replace("relation", i, new)
            if text in LOGIC:
                self._replace("logic", i, LOGIC[text])
                self._lost_operands(i, text)
            if text in ARITHMETIC:
                self._replace("arithmetic", i, ARITHMETIC[text])
            if text == "?":
                self._ternary(i)
        if text in ("!", "~") and self._text(i - 1) in BEFORE_OPERAND:
            self.out.add("sign", token.start, token.end, "", f"`{text}{self._text(i + 1)}` -> `{self._text(i + 1)}`")
        if text in ("&", "|") and not token.spaced and self._text(i - 1) in BEFORE_OPERAND:
            self._replace("arithmetic", i, ARITHMETIC[text])

    def _lost_operands(self, i, text):
        start = self.source.operand_start(i - 1, STOPS_LOGIC, self.assigns)
        end = self.source.operand_end(i + 1, STOPS_LOGIC, self.assigns)
        neutral = "1'b1" if text == "&&" else "1'b0"
        for first, last in ((start, i - 1), (i + 1, end)):
            if first <= last:
                self.out.add("condition", self.tokens[first].start, self.tokens[last].end, neutral)

    def _ternary(self, i):
        depth, colon = 0, i + 1
        while self._text(colon) != ":" or depth:
            if self._text(colon) in ("(", "[", "{"):
                colon = self.tokens[colon].pair
            elif self._text(colon) in ("?", ":"):
                depth += 1 if self._text(colon) == "?" else -1
            colon += 1
        end = self.source.operand_end(colon + 1, {",", ";"})
        yes, no = self.source.between(i + 1, colon - 1), self.source.between(colon + 1, end)
        if yes != no:
            self.out.add("branch", self.tokens[i + 1].start, self.tokens[end].end, f"{no} : {yes}")

    def _number(self, i, token):
        if self._text(i - 1) == "'":
            return
        match = SIZED.match(token.text)
        if match:
            head, base, digits = match.groups()
            radix = {"b": 2, "o": 8, "d": 10, "h": 16}[base.lower()]
            value = int(digits.replace("_", ""), radix)
            width = int(head.split("'")[0] or 32)
            form = {2: "b", 8: "o", 10: "d", 16: "x"}[radix]
            for new in sorted({(value + 1) % (1 << width), (value - 1) % (1 << width)} - {value}):
                self._replace("constant", i, head + base + format(new, form))
        elif token.text.isdigit() and self._text(i + 1) != "{":
            self._replace("constant", i, str(int(token.text) + 1))
            if int(token.text) > 0:
                self._replace("constant", i, str(int(token.text) - 1))

    def _condition(self, i):
        if self._text(i + 1) != "(":
            return
        first, last = i + 2, self.tokens[i + 1].pair - 1
        start, end = self.tokens[first].start, self.tokens[last].end
        condition = self.source.text[start:end]
        brief = " ".join(condition.split())
        self.out.add("branch", start, end, f"!({condition})", f"if `{brief}` -> if not")
        self.out.add("branch", start, end, f"({condition}) || 1'b1", f"if `{brief}` -> always")
        self.out.add("branch", start, end, f"({condition}) && 1'b0", f"if `{brief}` -> never")

    def _statements(self):
        """Assignments in blocks: begins after begin, end, else, `;`, `:` of a case and `)` of an if or for."""
        for i, token in enumerate(self.tokens):
            before = self._text(i - 1)
            if before not in ("begin", "end", "else", ";", ":", ")", "endcase"):
                continue
            if token.kind != "name" and token.text != "{" or token.text in KEYWORDS or token.text[0] in "`$":
                continue
            j = i + 1 if token.kind == "name" else token.pair + 1
            while self._text(j) == "[":
                j = self.tokens[j].pair + 1
            call = self._text(j) == "(" and self._text(self.tokens[j].pair + 1) == ";" and self._text(i - 1) != ":"
            if self._text(j) not in ("=", "<=") and not call:
                continue
            if before == ")" and self._text(self.tokens[i - 1].pair - 1) == "#" or before == ":" and self._in_ternary(i - 1):
                continue
            if self._text(j) == "<=":
                self.assigns.add(j)
            end = self.source.operand_end(j, {";"}) + 1
            if self._text(end) == ";":
                change = f"lost `{self.source.between(i, end)}`"
                self.out.add("statement", token.start, self.tokens[end].end, ";", " ".join(change.split()))

    def _in_ternary(self, colon):
        i = colon - 1
        while i > 0 and self._text(i) not in (";", "begin", "end", "case", "?"):
            if self._text(i) in (")", "]", "}"):
                i = self.tokens[i].pair
            i -= 1
        return self._text(i) == "?"
