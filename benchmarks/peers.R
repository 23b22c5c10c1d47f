# One task with R's survey package: Rscript peers.R FOLDER TASK ITEMS UNITS. Prints [seconds, bytes above the data].
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
asked <- commandArgs(TRUE)
file <- function(name) file.path(asked[1], name)
whole <- function(name) readBin(file(name), "integer", file.size(file(name)) / 4, size = 4)
real <- function(name) readBin(file(name), "double", file.size(file(name)) / 8)
memory <- function(name) {
  line <- grep(name, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) * 1024
}
task <- asked[2]; items <- as.integer(asked[3]); units <- as.integer(asked[4])
stratum <- whole("stratum"); rows <- length(stratum)
x <- data.frame(h = stratum, N = real("population")[stratum + 1])
for (name in c("province", "sex", "age", "channel")) x[[name]] <- whole(name)
codes <- base::file(file("codes"), "rb")
for (item in seq_len(items) - 1) {
  code <- readBin(codes, "integer", rows, size = 1)
  x[[paste0("q", item)]] <- ifelse(code == 0, NA, as.numeric(code == 2))
}
close(codes)
invisible(gc(reset = TRUE))
before <- memory("VmRSS")
seconds <- system.time({
  design <- svydesign(id = ~1, strata = ~h, fpc = ~N, data = x, check.strata = FALSE)
  if (task == "raking") {
    names <- c("province", "sex", "age", "channel")
    totals <- lapply(names, function(name) {
      margin <- data.frame(level = seq_along(real(paste0(name, "_totals"))) - 1, Freq = real(paste0(name, "_totals")))
      setNames(margin, c(name, "Freq"))
    })
    raked <- rake(design, lapply(names, reformulate), totals, control = list(maxit = 200, epsilon = 1e-4))
  }
  for (item in seq_len(items) - 1) {
    what <- reformulate(paste0("q", item))
    if (task == "overall") confint(svymean(what, design, na.rm = TRUE))
    if (task == "provinces") confint(svyby(what, ~province, design, svymean, na.rm = TRUE))
    if (task == "units") confint(svyby(what, ~h, subset(design, h < units), svymean, na.rm = TRUE))
  }
})[["elapsed"]]
cat(sprintf("[%.4f, %.0f]\n", seconds, memory("VmHWM") - before))
