# SPDX-License-Identifier: GPL-2.0-only
# For Sphinx, which scripts/htmldocs.sh runs. The API reference comes out of the sources by the kernel's
# own extension, from the kernel source tree that KERNEL_SOURCE names.
import os
import sys

top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
kernel = os.environ["KERNEL_SOURCE"]
sys.path.insert(0, os.path.join(kernel, "Documentation", "sphinx"))

project = "eresource"
author = "The eresource developers"
copyright = "The eresource developers, GPL-2.0-only"

extensions = ["kerneldoc"]
kerneldoc_bin = os.path.join(top, "scripts", "static", "kernel-doc.sh")
kerneldoc_srctree = top
kerneldoc_verbosity = 1

primary_domain = "c"
highlight_language = "none"
exclude_patterns = []

# Words in front of a declaration that Sphinx does not know.
c_id_attributes = ["noinline", "NTAPI", "FASTCALL", "__percpu", "__user"]

html_theme = "alabaster"
html_theme_options = {"description": "Windows locks for drivers ported to Linux", "page_width": "72em"}
html_show_sourcelink = False
html_copy_source = False
