// berth.h in C++, of any age.
#include <berth.h>

int main() {
  berth_registry *registry = 0;
  const berth_code code = berth_open("/nowhere", &registry, 0);
  berth_close(registry);
  return code;
}
