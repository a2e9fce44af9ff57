#ifndef WEFT_CCURLSHIM_H
#define WEFT_CCURLSHIM_H

#include <curl/curl.h>

/* curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot
   call: one typed function per kind of argument. */

typedef size_t (*weft_curl_transfer)(char *buffer, size_t size, size_t count, void *context);

CURLcode weft_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode weft_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode weft_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode weft_curl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode weft_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode weft_curl_set_transfer(CURL *handle, CURLoption option, weft_curl_transfer value);
CURLcode weft_curl_get_long(CURL *handle, CURLINFO info, long *value);

/* What older libcurls name otherwise or lack. */

CURLcode weft_curl_global_init(void);
CURLcode weft_curl_allow_only_http(CURL *handle);
/* Lets curl_multi_remove_handle return without waiting for a running name
   lookup. */
CURLcode weft_curl_abandon_lookups(CURL *handle);

#endif
