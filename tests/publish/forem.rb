# What Forem's MarkdownProcessor does with a page, in its order: Redcarpet, then (in Python, between the two runs of this
# file) its sanitizer, then Liquid with the katex block, then Redcarpet again. The settings are Forem's.
# ruby forem.rb markdown|liquid < page

require "cgi"
require "liquid"
require "redcarpet"

SETTINGS = {
  autolink: true, no_intra_emphasis: true, fenced_code_blocks: true, lax_html_blocks: true, lax_spacing: true,
  strikethrough: true, superscript: false, tables: true, footnotes: true
}

# Keeps what KaTeX is given: the text of the block, without elements.
class Katex < Liquid::Block
  def initialize(name, markup, context)
    super
    @inline = markup.split.include?("inline")
  end

  def render_to_output_buffer(context, output)
    tex = CGI.unescapeHTML(super(context, +"").gsub(/<[^>]*>/, ""))
    element = @inline ? "span" : "div"
    output << "<#{element} class='tex'>#{CGI.escapeHTML(tex)}</#{element}>"
  end
end
Liquid::Template.register_tag("katex", Katex)

markdown = Redcarpet::Markdown.new(Redcarpet::Render::HTML.new(hard_wrap: true, filter_html: false), SETTINGS)
page = $stdin.read.force_encoding("UTF-8")
if ARGV[0] == "markdown"
  quoted = page.gsub(/[[:space:]]*~{3}.*?~{3}|[[:space:]]*`{3}.*?`{3}|`{2}.+?`{2}|`{1}.+?`{1}/m) do |code|
    code.match?(/[[:space:]]*`{3}/) ? "\n{% raw %}\n#{code}\n{% endraw %}\n" : "{% raw %}#{code}{% endraw %}"
  end
  puts markdown.render(quoted)
else
  puts markdown.render(Liquid::Template.parse(page, error_mode: :strict).render!)
end
